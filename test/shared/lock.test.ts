import { randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { type LockOptions, withLock } from '../../src/shared/lock.ts';
import { sleep } from '../../src/shared/async.ts';
import { temporaryDirectory } from '../support/project.ts';

const { signal } = new AbortController();

/** Each sleep moves the time by `stepMs`. */
function steppingClock(stepMs: number, afterSleep: () => Promise<void> = async () => undefined) {
  let nowMs = 0;
  return {
    monotonicMs: () => nowMs,
    random: () => 0.5,
    async sleep(_ms: number, sleepSignal: AbortSignal) {
      sleepSignal.throwIfAborted();
      nowMs += stepMs;
      await afterSleep();
    },
  };
}

function options(overrides: Partial<LockOptions> = {}): LockOptions {
  return {
    clock: steppingClock(1),
    signal,
    owner: randomUUID(),
    check: (_owner, unchangedMs) => (unchangedMs > 5000 ? 'abandoned' : 'held'),
    ...overrides,
  };
}

test('runs one process at a time and leaves nothing behind', async () => {
  const directory = await temporaryDirectory({ count: '0' });
  const count = join(directory, 'count');
  const clock = { monotonicMs: () => performance.now(), random: Math.random, sleep };
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(join(directory, 'lock'), options({ clock }), async () => {
        await writeFile(count, String(Number(await readFile(count, 'utf8')) + 1));
      }),
    ),
  );
  expect(await readFile(count, 'utf8')).toBe('20');
  expect(await readdir(directory)).toEqual(['count']);
});

test('runs one process at a time although all remove the same abandoned lock', async () => {
  const directory = await temporaryDirectory({ count: '0', lock: 'killed' });
  const count = join(directory, 'count');
  const clock = { monotonicMs: () => performance.now(), random: () => 0, sleep };
  const check: LockOptions['check'] = (owner) => (owner === 'killed' ? 'abandoned' : 'held');
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withLock(join(directory, 'lock'), options({ clock, check }), async () => {
        await writeFile(count, String(Number(await readFile(count, 'utf8')) + 1));
      }),
    ),
  );
  expect(await readFile(count, 'utf8')).toBe('20');
  expect(await readdir(directory)).toEqual(['count']);
});

test('releases the lock when the work fails', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await expect(
    withLock(path, options(), () => Promise.reject(new Error('broken'))),
  ).rejects.toThrow('broken');
  expect(await withLock(path, options(), async () => 'done')).toBe('done');
});

test('removes an abandoned lock, and the leftovers of a killed removal', async () => {
  const directory = await temporaryDirectory({ lock: 'killed', 'lock.removal': 'killed' });
  await utimes(join(directory, 'lock.removal'), 0, 0);
  const clock = steppingClock(1000);
  expect(await withLock(join(directory, 'lock'), options({ clock }), async () => 'done')).toBe(
    'done',
  );
  expect(clock.monotonicMs()).toBeGreaterThan(5000);
  expect(await readdir(directory)).toEqual([]);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  "removes an abandoned lock that it can't read",
  async () => {
    const directory = await temporaryDirectory({ lock: 'of another user' });
    await chmod(join(directory, 'lock'), 0);
    const clock = steppingClock(1000);
    await withLock(join(directory, 'lock'), options({ clock }), async () => undefined);
    expect(await readdir(directory)).toEqual([]);
  },
);

test('removes an abandoned directory in place of the lock, or reports it', async () => {
  const directory = await temporaryDirectory({ 'lock/file': '' });
  const clock = steppingClock(1000);
  await expect(
    withLock(join(directory, 'lock'), options({ clock }), async () => undefined),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^E|ERR_FS_EISDIR/) });
});

test("doesn't release a lock that another process acquired meanwhile", async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await withLock(path, options(), () => writeFile(path, 'of another process'));
  expect(await readFile(path, 'utf8')).toBe('of another process');
});

test('waits until the caller gives up, if the lock keeps changing owners', async () => {
  const path = join(await temporaryDirectory({ lock: 'a' }), 'lock');
  let owner = 0;
  const clock = steppingClock(1000, () => writeFile(path, String(owner++)));
  const check: LockOptions['check'] = (_owner, unchangedMs, waitedMs) => {
    if (waitedMs > 60_000) throw new Error('gave up');
    return unchangedMs > 5000 ? 'abandoned' : 'held';
  };
  await expect(withLock(path, options({ clock, check }), async () => 'done')).rejects.toThrow(
    'gave up',
  );
});

test('stops waiting when the signal aborts', async () => {
  const path = join(await temporaryDirectory({ lock: 'a' }), 'lock');
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
  await expect(
    withLock(path, options({ signal: AbortSignal.abort(reason) }), async () => 'done'),
  ).rejects.toBe(reason);
  expect(await readFile(path, 'utf8')).toBe('a');
});
