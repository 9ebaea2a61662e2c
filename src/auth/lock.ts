/** A lock between processes, for the few milliseconds in which a file is read, changed and written back. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { LumioError, systemCode } from '../errors.ts';
import type { Clock } from '../host.ts';

/** A holder needs milliseconds; one that is still there after this long was killed. */
const abandonedAfterMs = 5000;
const giveUpAfterMs = 60_000;

/**
 * Runs `work` while no other process holds the lock of that path.
 * @param path of the lock file, in a folder that exists
 * @throws LumioError refused, when the lock is not to be had for a minute; what `work` throws; the signal's reason; system errors of the folder
 */
export async function withLock<Value>(
  path: string,
  wait: { clock: Clock; signal: AbortSignal },
  work: () => Promise<Value>,
): Promise<Value> {
  const own = randomUUID();
  await acquire(path, own, wait);
  try {
    return await work();
  } finally {
    // A process that was stopped for long may have lost it to another by now.
    if ((await holderOf(path)) === own) await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  own: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const startedAt = clock.now();
  let seen: { readonly holder: string; readonly since: number } | undefined;
  while (!(await take(path, own))) {
    const now = clock.now();
    if (now - startedAt > giveUpAfterMs) throw busy(path);
    const holder = await holderOf(path);
    if (holder === undefined || holder !== seen?.holder)
      seen = holder === undefined ? undefined : { holder, since: now };
    else if (now - seen.since > abandonedAfterMs) await remove(path, holder);
    await clock.sleep(10 + 30 * clock.random(), signal);
  }
}

async function take(path: string, own: string): Promise<boolean> {
  try {
    await writeFile(path, own, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Takes an abandoned lock away; if another process was quicker and it is a fresh one by now, that one is put back. */
async function remove(path: string, holder: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await holderOf(aside)) !== holder) await link(aside, path);
  } catch (thrown) {
    if (!['ENOENT', 'EEXIST'].includes(systemCode(thrown) ?? '')) throw thrown;
  } finally {
    await rm(aside, { force: true });
  }
}

function busy(path: string): LumioError {
  return new LumioError('refused', {
    code: 'store_busy',
    message: `Other processes keep writing the stored keys: ${path} was held for a minute.`,
    hint: 'Try again; if no other lumio is running, delete that file.',
  });
}
