import { expect, test } from 'vitest';
import { configDirectory } from '../../src/auth/store.ts';

const cwd = '/projects';

test.each<[NodeJS.Platform, Record<string, string>, string | undefined]>([
  ['linux', { HOME: '/home/ada' }, '/home/ada/.config/lumio'],
  ['linux', { HOME: '/home/ada', XDG_CONFIG_HOME: '/etc/ada' }, '/etc/ada/lumio'],
  ['linux', { HOME: '/home/ada', XDG_CONFIG_HOME: 'relative' }, '/home/ada/.config/lumio'],
  ['linux', { XDG_CONFIG_HOME: '/etc/ada' }, '/etc/ada/lumio'],
  ['linux', {}, undefined],
  ['linux', { HOME: '' }, undefined],
  ['linux', { HOME: 'relative' }, undefined],
  ['darwin', { HOME: '/Users/ada' }, '/Users/ada/Library/Preferences/lumio'],
  [
    'darwin',
    { HOME: '/Users/ada', XDG_CONFIG_HOME: '/Users/ada/.config' },
    '/Users/ada/.config/lumio',
  ],
  [
    'win32',
    { APPDATA: String.raw`C:\Users\ada\AppData\Roaming` },
    String.raw`C:\Users\ada\AppData\Roaming\lumio\Config`,
  ],
  [
    'win32',
    { USERPROFILE: String.raw`C:\Users\ada` },
    String.raw`C:\Users\ada\AppData\Roaming\lumio\Config`,
  ],
  ['win32', { HOME: '/c/Users/ada' }, undefined],
])('%s %j: %s', (platform, env, directory) => {
  expect(configDirectory({ env, platform, cwd })).toEqual(
    directory === undefined ? undefined : { directory, chosen: false },
  );
});

test.each([
  ['/keys', '/keys'],
  ['keys', '/projects/keys'],
])('LUMIO_CONFIG_DIR=%s takes precedence', (chosen, directory) => {
  const env = { LUMIO_CONFIG_DIR: chosen, HOME: '/home/ada', XDG_CONFIG_HOME: '/etc' };
  expect(configDirectory({ env, platform: 'linux', cwd })).toEqual({
    directory,
    chosen: true,
  });
});
