import { expect, test } from 'vitest';
import { cacheDirectory } from '../../src/completion/live.ts';

test.each([
  [{ HOME: '/home/ann' }, 'linux', '/home/ann/.cache/lumio'],
  [{ HOME: '/home/ann', XDG_CACHE_HOME: '/var/tmp/ann' }, 'linux', '/var/tmp/ann/lumio'],
  [{ HOME: '/home/ann', XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ann/.cache/lumio'],
  [{ HOME: '/Users/ann' }, 'darwin', '/Users/ann/Library/Caches/lumio'],
  [{ HOME: 'relative' }, 'linux', undefined],
  [{}, 'linux', undefined],
  [{ HOME: '/home/ann' }, 'win32', undefined],
] as const)('with %j on %s it is %s', (env, platform, expected) => {
  expect(cacheDirectory(env, platform)).toBe(expected);
});
