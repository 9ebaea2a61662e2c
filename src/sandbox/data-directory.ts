/**
 * The data directory (`--data`): `state.json`, `bundles/<extension id>/<version>.tar.gz`, `tmp/`
 * for incomplete files, `lock`.
 */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';
import { atomicMove, atomicWrite } from '../shared/atomic-write.ts';
import { stateFrom } from './seed.ts';
import { type State, findExtension } from './state.ts';

export interface DataDirectory {
  /** On the same file system as the bundles. */
  readonly temporaryDir: string;
  /** The state of an earlier run. */
  readonly load: (nowMs: number) => Promise<State | undefined>;
  readonly save: (state: State) => Promise<void>;
  /** Moves a flushed bundle to its place. */
  readonly keepBundle: (from: string, extensionId: string, version: string) => Promise<void>;
  readonly deleteBundles: (extensionId: string) => Promise<void>;
  /** Deletes what a killed run left: temporary files and bundles of unknown versions. */
  readonly cleanUp: (state: State) => Promise<void>;
}

const ownEntries = new Set(['state.json', 'bundles', 'tmp', 'lock', 'lock.removal']);

/**
 * Opens or creates a data directory that only its owner can read.
 * @param path absolute
 * @throws LumioError `refused` when it can't be used or has other content
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
      await atomicWrite(statePath, `${JSON.stringify(state, undefined, 2)}\n`, {
        mode: 0o600,
        temporaryPath: join(temporaryDir, `state-${saves}.json`),
      });
    },
    async keepBundle(from, extensionId, version) {
      await mkdir(bundleDir(extensionId), { recursive: true, mode: 0o700 });
      await atomicMove(from, join(bundleDir(extensionId), bundleName(version)));
    },
    deleteBundles: (extensionId) => rm(bundleDir(extensionId), { recursive: true, force: true }),
    async cleanUp(state) {
      await deleteEntries(temporaryDir);
      for (const id of await entries(join(path, 'bundles'))) {
        const kept = findExtension(state, id)?.versions.map(({ version }) => bundleName(version));
        if (kept === undefined || kept.length === 0)
          await rm(bundleDir(id), { recursive: true, force: true });
        else await deleteEntries(bundleDir(id), kept);
      }
    },
  };
}

export function dataDirectoryError(path: string, cause: unknown): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_unusable',
    message: `Can't use the sandbox's data directory: ${path} (${systemCode(cause) ?? String(cause)}).`,
    hint: 'Specify a directory that you can write to with --data.',
    cause,
  });
}

const bundleName = (version: string): string => `${version}.tar.gz`;

async function prepare(path: string, temporaryDir: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const found = await readdir(path);
    const foreign = found.find((name) => !ownEntries.has(name));
    if (foreign !== undefined && !found.includes('state.json')) throw notEmpty(path, foreign);
    await mkdir(temporaryDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw error instanceof LumioError ? error : dataDirectoryError(path, error);
  }
}

function notEmpty(path: string, entry: string): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_foreign',
    message: `${path} isn't a sandbox data directory: it contains ${entry} but no state.json.`,
    hint: 'Specify an empty or a new directory with --data.',
  });
}

async function loadState(path: string, nowMs: number): Promise<State | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path, `it is not JSON (${error.message})`);
    if (systemCode(error) === 'ENOENT') return undefined;
    throw dataDirectoryError(path, error);
  }
  return stateFrom(json, nowMs, (field, problem) =>
    damaged(path, `${field === '' ? 'the document' : field} ${problem}`),
  );
}

function damaged(path: string, problem: string): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_state_corrupt',
    message: `The sandbox's state ${path} is damaged: ${problem}.`,
    hint: 'Fix the file, or delete it to start again.',
  });
}

async function deleteEntries(dir: string, kept: readonly string[] = []): Promise<void> {
  for (const name of await entries(dir))
    if (!kept.includes(name)) await rm(join(dir, name), { recursive: true, force: true });
}

/** The names in a directory; none if it doesn't exist. */
async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw dataDirectoryError(path, error);
  }
}
