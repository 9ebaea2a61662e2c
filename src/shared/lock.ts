/** A lock between processes: a file that only one of them can create, which names its owner. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';
import type { Clock } from '../host.ts';
import { retryWhileInUse } from './atomic-write.ts';

export interface LockOptions {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep' | 'random'>;
  readonly signal: AbortSignal;
  /** Content of the lock file, different for each process. */
  readonly owner: string;
  /**
   * Decides about the lock of another process. Throws to give up.
   * @param owner content of its lock file; '' while it is being written, or if it is unreadable
   * @param unchangedMs how long this owner has been seen
   * @param waitedMs how long this process has waited
   */
  check(
    owner: string,
    unchangedMs: number,
    waitedMs: number,
  ): 'abandoned' | 'held' | Promise<'abandoned' | 'held'>;
}

/**
 * Acquires the lock.
 * @param path in a directory that exists
 * @returns releases it
 * @throws what `check` throws; the signal's reason; the system's errors
 */
export async function acquireLock(
  path: string,
  options: LockOptions,
): Promise<() => Promise<void>> {
  const { clock, signal, owner, check } = options;
  const startMs = clock.monotonicMs();
  let seen = { owner: '', sinceMs: startMs };
  while (!(await create(path, owner))) {
    const other = await ownerOf(path);
    const nowMs = clock.monotonicMs();
    if (other !== undefined) {
      if (other !== seen.owner) seen = { owner: other, sinceMs: nowMs };
      const state = await check(other, nowMs - seen.sinceMs, nowMs - startMs);
      if (state === 'abandoned') await remove(path, other);
    }
    await clock.sleep(10 + 30 * clock.random(), signal);
  }
  return async () => {
    // A process that was suspended may have lost the lock.
    if ((await ownerOf(path)) === owner) await rm(path, { force: true });
  };
}

export async function withLock<Value>(
  path: string,
  options: LockOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  const release = await acquireLock(path, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function create(path: string, owner: string): Promise<boolean> {
  let file;
  try {
    // Windows refuses to create a file whose deletion is pending.
    file = await retryWhileInUse(() => open(path, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(owner);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** @returns '' for an unreadable lock, such as one of another user; undefined if there is none */
async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : '';
  }
}

/** A removal takes milliseconds; a process that needs longer was killed. */
const removalMs = 10_000;

/** Removes an abandoned lock. A second lock keeps others from doing so, and then from acquiring. */
async function remove(path: string, owner: string): Promise<void> {
  const removal = `${path}.removal`;
  if (!(await create(removal, owner))) {
    const stats = await stat(removal).catch(() => undefined);
    // The clock may have been set back meanwhile.
    if (stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > removalMs)
      await rm(removal, { force: true });
    return;
  }
  try {
    if ((await ownerOf(path)) === owner) await rm(path, { force: true });
  } finally {
    await rm(removal, { force: true });
  }
}
