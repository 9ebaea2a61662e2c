/** The data folder (`--data`): `state.json`, `bundles/<extension id>/<version>.tar.gz`, `tmp/` for what is not complete yet, `locks/`. */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';
import { folderError, atomicMove, atomicWrite } from './atomic-write.ts';
import { stateFrom } from './seed.ts';
import type { State } from './state.ts';
import { findExtension } from './store.ts';

/** Where the sandbox keeps what must outlive it. */
export interface DataDirectory {
  /** For bundles on their way in; on the same file system as their place. */
  readonly temporaryDir: string;
  /** The state of an earlier run, or undefined. */
  readonly load: (nowMs: number) => Promise<State | undefined>;
  readonly save: (state: State) => Promise<void>;
  /** Moves a flushed bundle to its place. */
  readonly keepBundle: (from: string, extensionId: string, version: string) => Promise<void>;
  /** Removes the bundles of an extension that is gone. */
  readonly dropBundles: (extensionId: string) => Promise<void>;
  /** Removes what a killed run left behind: temporary files, bundles of no version of the state. */
  readonly sweep: (state: State) => Promise<void>;
}

const own = new Set(['state.json', 'bundles', 'tmp', 'locks']);

/**
 * Opens or makes a data folder, readable for its owner only.
 * @param path absolute
 * @throws LumioError `refused` when it can't be used or holds something else
 */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const temporaryDir = join(path, 'tmp');
  const statePath = join(path, 'state.json');
  const bundleDir = (extensionId: string): string => join(path, 'bundles', extensionId);
  await prepare(path, temporaryDir);
  let saves = 0;
  return {
    temporaryDir,
    load: (nowMs) => loadState(statePath, nowMs),
    async save(state) {
      saves += 1;
      await atomicWrite(
        statePath,
        join(temporaryDir, `state-${saves}.json`),
        `${JSON.stringify(state, undefined, 2)}\n`,
      );
    },
    async keepBundle(from, extensionId, version) {
      await mkdir(bundleDir(extensionId), { recursive: true, mode: 0o700 });
      await atomicMove(from, join(bundleDir(extensionId), bundleName(version)));
    },
    dropBundles: (extensionId) => rm(bundleDir(extensionId), { recursive: true, force: true }),
    async sweep(state) {
      for (const left of await entries(temporaryDir))
        await rm(join(temporaryDir, left), { recursive: true, force: true });
      for (const id of await entries(join(path, 'bundles')))
        await sweepBundles(bundleDir(id), versionsOf(state, id));
    },
  };
}

async function prepare(path: string, temporaryDir: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const found = await readdir(path);
    const foreign = found.find((name) => !own.has(name));
    if (foreign !== undefined && !found.includes('state.json')) throw foreignFolder(path, foreign);
    await mkdir(temporaryDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw error instanceof LumioError ? error : folderError(path, error);
  }
}

/** A folder of somebody else's is not filled, let alone swept. */
function foreignFolder(path: string, entry: string): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_foreign',
    message: `${path} is no data folder of a sandbox: it holds ${entry} and no state.json.`,
    hint: 'Give --data an empty or a new folder.',
  });
}

async function loadState(path: string, nowMs: number): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw folderError(path, error);
  }
  return stateFrom(parsed(path, text), nowMs, (where, problem) =>
    corrupt(path, `${where === '' ? 'the document' : where} ${problem}`),
  );
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw corrupt(
      path,
      `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`,
    );
  }
}

function corrupt(path: string, problem: string): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_state_corrupt',
    message: `The sandbox's state ${path} is damaged: ${problem}.`,
    hint: 'Mend the file, or move it away to start anew.',
  });
}

const bundleName = (version: string): string => `${version}.tar.gz`;

function versionsOf(state: State, extensionId: string): readonly string[] {
  return findExtension(state, extensionId)?.versions.map(({ version }) => version) ?? [];
}

async function sweepBundles(dir: string, versions: readonly string[]): Promise<void> {
  if (versions.length === 0) return rm(dir, { recursive: true, force: true });
  const kept = new Set(versions.map((version) => bundleName(version)));
  for (const name of await entries(dir)) {
    if (!kept.has(name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** Names in a folder; none when there is no such folder. */
async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw folderError(path, error);
  }
}
