/**
 * One sandbox per data folder. The lock file names the address its owner serves and a word that only the owner answers with, so a lock
 * that outlived its owner is told from a live one by asking, without process ids that the system may have given to others.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';
import { folderError } from './durable.ts';

/** The header that the sandbox answers with, its word in it. */
export const instanceHeader = 'x-lumio-sandbox';

/** How long a process that holds the address may take to answer before it counts as busy, not as gone. */
const patienceMs = 2000;

/** Who holds a data folder. */
export interface Owner {
  readonly origin: string;
  readonly instance: string;
}

/**
 * Takes the folder for `owner`.
 * @returns gives it back
 * @throws LumioError `refused` when a living sandbox holds it
 */
export async function lockFolder(dir: string, owner: Owner): Promise<() => Promise<void>> {
  const path = join(dir, 'lock.json');
  const create = (): Promise<boolean> => createLock(path, { whole: join(dir, 'tmp', `lock-${owner.instance}`), owner });
  if (!(await create())) {
    const holder = await readOwner(path);
    if (holder !== undefined && (await isAlive(holder))) throw heldBy(dir, holder);
    await removeStale(path, dir, { holder, owner });
    if (!(await create())) throw heldBy(dir, await readOwner(path));
  }
  return () => rm(path, { force: true });
}

/** Written apart and linked to its place, a lock is there as a whole or not at all; linking fails where there is one already. */
async function createLock(path: string, { whole, owner }: { whole: string; owner: Owner }): Promise<boolean> {
  try {
    await writeFile(whole, JSON.stringify(owner), { mode: 0o600 });
    await link(whole, path);
    return true;
  } catch (error) {
    // ENOENT: the owner of the folder has swept `tmp` meanwhile.
    if (['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) return false;
    throw folderError(path, error);
  } finally {
    await rm(whole, { force: true });
  }
}

/** The owner a lock names; undefined when it is gone or says nothing of use. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null || !('origin' in value) || !('instance' in value)) return false;
  return typeof value.origin === 'string' && value.origin.startsWith('http://127.0.0.1:') && typeof value.instance === 'string';
}

/** Whether the holder answers with its word. One that accepts the connection but is silent is alive: it may be stopped in a debugger. */
function isAlive(holder: Owner): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${holder.origin}/`, { agent: false, timeout: patienceMs }, (answer) => {
      answer.resume();
      resolve(answer.headers[instanceHeader] === holder.instance);
    });
    request.on('timeout', () => {
      resolve(true);
      request.destroy();
    });
    request.on('error', () => resolve(false));
  });
}

/** Moves the stale lock aside first: of two that find it, one moves it, and whoever moved a fresh one by mistake puts it back. */
async function removeStale(path: string, dir: string, { holder, owner }: { holder: Owner | undefined; owner: Owner }): Promise<void> {
  const aside = join(dir, 'tmp', `stale-${owner.instance}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw folderError(path, error);
  }
  const moved = await readOwner(aside);
  if (moved !== undefined && moved.instance !== holder?.instance) {
    await rename(aside, path);
    throw heldBy(dir, moved);
  }
  await rm(aside, { force: true });
}

function heldBy(dir: string, holder: Owner | undefined): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_in_use',
    message: `${dir} is in use by another sandbox${holder === undefined ? '' : ` at ${holder.origin}`}.`,
    hint: 'Use that one, stop it, or give --data another folder.',
  });
}
