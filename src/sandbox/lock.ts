/**
 * One sandbox per data folder. Each that wants it puts a file into `locks/` first, and then looks who else has one there: of two, at least
 * the later one sees the other. A file is nothing but its name, so it is there as a whole or not at all, on any file system. It names the
 * port its owner serves and a word that only the owner answers with, so one that outlived its owner is told by asking, without process
 * ids that the system may have given to others.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LumioError } from '../errors.ts';
import { folderError } from './atomic-write.ts';

/** The header that the sandbox answers with, its word in it. */
export const instanceHeader = 'x-lumio-sandbox';
/** The status it answers with before it serves and when it closes: whether it has the folder will show. */
export const startingStatus = 503;

/** How long a process that holds the port may take to answer, and one that starts or closes to be done with it, before it counts as busy. */
const patienceMs = 2000;
const pauseMs = 20;

/** Who holds a data folder. */
export interface Owner {
  readonly port: number;
  /** Letters, digits and hyphens. */
  readonly instance: string;
}

/**
 * Takes the folder for `owner`, who has to answer on its port already, with its word and {@link startingStatus}.
 * @returns gives it back
 * @throws LumioError `refused` when a living sandbox holds it
 */
export async function lockFolder(dir: string, owner: Owner): Promise<() => Promise<void>> {
  const locks = join(dir, 'locks');
  const path = join(locks, nameOf(owner));
  const release = (): Promise<void> => rm(path, { force: true });
  try {
    await mkdir(locks, { recursive: true, mode: 0o700 });
    await writeFile(path, '', { mode: 0o600 });
    await prevail(dir, locks, owner);
    return release;
  } catch (error) {
    await release().catch(() => undefined);
    throw error instanceof LumioError ? error : folderError(locks, error);
  }
}

/** Waits until nobody else is there. Of those that start at once, the first by name stays and the others go. */
async function prevail(dir: string, locks: string, owner: Owner): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const rivals = await livingRivals(locks, owner);
    const winner = rivals.find(
      ({ state, rival }) =>
        state === 'serving' || nameOf(rival) < nameOf(owner) || waitedMs >= patienceMs,
    );
    if (winner !== undefined) throw heldBy(dir, winner.rival);
    if (rivals.length === 0) return;
    await pause(pauseMs);
  }
}

interface Living {
  readonly rival: Owner;
  readonly state: 'starting' | 'serving';
}

/** The files of the dead are removed: their names never come again. What is no lock is nobody's business here. */
async function livingRivals(locks: string, owner: Owner): Promise<readonly Living[]> {
  const rivals = (await readdir(locks)).filter((name) => name !== nameOf(owner)).flatMap(ownerOf);
  const asked = await Promise.all(
    rivals.map(async (rival): Promise<Living[]> => {
      const state = await ask(rival);
      if (state !== 'gone') return [{ rival, state }];
      await rm(join(locks, nameOf(rival)), { force: true });
      return [];
    }),
  );
  return asked.flat();
}

function nameOf({ port, instance }: Owner): string {
  return `${port}-${instance}`;
}

/** None for a name that is no lock's. */
function ownerOf(name: string): Owner[] {
  const { port, instance } =
    /^(?<port>[1-9]\d{0,4})-(?<instance>[\w-]+)$/u.exec(name)?.groups ?? {};
  return instance === undefined || Number(port) > 65_535 ? [] : [{ port: Number(port), instance }];
}

/** Whether the owner answers with its word. One that accepts the connection but is silent serves: it may be stopped in a debugger. */
function ask({ port, instance }: Owner): Promise<Living['state'] | 'gone'> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/', agent: false, timeout: patienceMs },
      (answer) => {
        answer.resume();
        if (answer.headers[instanceHeader] !== instance) resolve('gone');
        else resolve(answer.statusCode === startingStatus ? 'starting' : 'serving');
      },
    );
    request.on('timeout', () => {
      resolve('serving');
      request.destroy();
    });
    request.on('error', () => resolve('gone'));
  });
}

function heldBy(dir: string, { port }: Owner): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_in_use',
    message: `${dir} is in use by another sandbox at http://127.0.0.1:${port}.`,
    hint: 'Use that one, stop it, or give --data another folder.',
  });
}
