import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../src/auth/lock.ts';
import { LumioError } from '../../src/errors.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

/** A clock whose sleepers wake at once, `stepMs` later than they fell asleep. */
function quickClock(stepMs: number, whenever: () => Promise<void> = async () => undefined) {
  let nowMs = 0;
  const sleep = async (_: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    nowMs += stepMs;
    await whenever();
  };
  return { now: () => nowMs, sleep, random: () => 0.5 };
}

const { signal } = new AbortController();

test('one at a time, and nothing is left behind', async () => {
  const folder = await folderWith({ count: '0' });
  const count = join(folder, 'count');
  const wait = { clock: quickClock(0), signal };
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(join(folder, 'lock'), wait, async () => {
        await writeFile(count, String(Number(await readFile(count, 'utf8')) + 1));
      }),
    ),
  );
  expect(await readFile(count, 'utf8')).toBe('20');
  expect(await readdir(folder)).toEqual(['count']);
});

test('is given back when the work fails', async () => {
  const path = join(await folderWith(), 'lock');
  const wait = { clock: quickClock(1), signal };
  await expect(withLock(path, wait, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await withLock(path, wait, async () => 'done')).toBe('done');
});

test('a lock that nobody gave back is taken after a while', async () => {
  const folder = await folderWith({ lock: 'of a process that was killed' });
  const clock = quickClock(1000);
  expect(await withLock(join(folder, 'lock'), { clock, signal }, async () => 'done')).toBe('done');
  expect(clock.now()).toBeGreaterThan(5000);
  expect(await readdir(folder)).toEqual([]);
});

test('a holder that was taken for dead leaves the lock of the next one alone', async () => {
  const path = join(await folderWith(), 'lock');
  await withLock(path, { clock: quickClock(1), signal }, () => writeFile(path, 'of the next one'));
  expect(await readFile(path, 'utf8')).toBe('of the next one');
});

test('a lock that goes from hand to hand is not taken away, but waited for for a minute', async () => {
  const folder = await folderWith({ lock: 'a' });
  const path = join(folder, 'lock');
  let holder = 0;
  const clock = quickClock(1000, () => writeFile(path, String(holder++)));
  const problem = await problemOf(() => withLock(path, { clock, signal }, async () => 'done'));
  expect(problem).toMatchObject({ kind: 'refused', code: 'store_busy' });
  expect(problem.message).toContain(path);
  expect(clock.now()).toBeGreaterThan(60_000);
});

test('waiting ends when the user interrupts it', async () => {
  const folder = await folderWith({ lock: 'a' });
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
  await expect(
    withLock(
      join(folder, 'lock'),
      { clock: quickClock(1), signal: AbortSignal.abort(reason) },
      async () => 'done',
    ),
  ).rejects.toBe(reason);
  expect(await readFile(join(folder, 'lock'), 'utf8')).toBe('a');
});
