/** A data folder on a file system without hard links (exFAT, some network shares): one sandbox per folder, and a kill leaves nothing to be mended. */
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spawnSandbox } from './spawned.ts';
import { temporaryFolder } from './start.ts';

const withoutLinks = ['--require', join(import.meta.dirname, 'without-links.cjs')];

test('the folder is held while its sandbox lives, and free after a kill', async () => {
  const dataDir = await temporaryFolder();
  const first = await spawnSandbox(dataDir, withoutLinks);
  expect(first.url).toMatch(/^http:/);
  const second = await spawnSandbox(dataDir, withoutLinks);
  expect(second.url).toBe('');
  expect(await second.stderr).toContain(
    `is in use by another sandbox at ${new URL(first.url).origin}`,
  );
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect((await spawnSandbox(dataDir, withoutLinks)).url).toMatch(/^http:/);
});

test('of four processes that start at once, one gets the folder', async () => {
  const dataDir = await temporaryFolder();
  const started = await Promise.all(
    Array.from({ length: 4 }, () => spawnSandbox(dataDir, withoutLinks)),
  );
  expect(started.filter(({ url }) => url !== '')).toHaveLength(1);
});
