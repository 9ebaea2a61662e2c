/**
 * Keeps the state in memory, or state and bundles in a data directory (`--data`) with `state.json`,
 * `bundles/<extension id>/<version>.tar.gz`, `tmp/` for an incomplete file and `lock`.
 */
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';
import { atomicWrite, makeDirectory } from '../shared/atomic-write.ts';
import { type Owner, dataDirectoryError, lockDirectory } from './lock.ts';
import {
  type LinkedExtension,
  addLinkedExtension,
  exampleState,
  stateFrom,
  stateFromSeed,
} from './seed.ts';
import type { Service } from './service.ts';
import { type State, createStore, findExtension } from './state.ts';

export interface StorageOptions {
  /** Absolute; undefined: in memory. */
  readonly dataDir: string | undefined;
  /** Parsed JSON; undefined: the API page's example. */
  readonly seed: unknown;
  /** Added if the state doesn't have them. */
  readonly linked: readonly LinkedExtension[];
  readonly nowMs: number;
  readonly owner: Owner;
}

export interface Storage extends Pick<Service, 'store' | 'keepBundle' | 'deleteBundles'> {
  /** Unlocks the data directory. */
  readonly release: () => Promise<void>;
  readonly added: readonly string[];
}

/**
 * Opens or creates a data directory that only its owner can read, if one is specified.
 * @throws LumioError `usage` for an invalid seed, `refused` for an unusable data directory
 */
export function openStorage(options: StorageOptions): Promise<Storage> {
  return options.dataDir === undefined ? inMemory(options) : inDirectory(options.dataDir, options);
}

async function inMemory(options: StorageOptions): Promise<Storage> {
  const state = initialState(options);
  const added = addLinkedExtensions(state, options);
  const store = createStore(state, doNothing);
  return { store, keepBundle: doNothing, deleteBundles: doNothing, release: doNothing, added };
}

const doNothing = (): Promise<void> => Promise.resolve();

async function inDirectory(dataDir: string, options: StorageOptions): Promise<Storage> {
  const statePath = join(dataDir, 'state.json');
  const temporaryPath = join(dataDir, 'tmp', 'incomplete');
  const bundleDir = (extensionId: string): string => join(dataDir, 'bundles', extensionId);
  const save = (state: State): Promise<void> =>
    atomicWrite(statePath, `${JSON.stringify(state, undefined, 2)}\n`, {
      mode: 0o600,
      temporaryPath,
    });
  await prepare(dataDir);
  const release = await lockDirectory(dataDir, options.owner);
  try {
    const stored = await loadState(statePath, options.nowMs);
    if (stored !== undefined && options.seed !== undefined) throw stateExists(dataDir);
    const state = stored ?? initialState(options);
    const added = addLinkedExtensions(state, options);
    await deleteLeftovers(dataDir, state);
    await save(state);
    return {
      store: createStore(state, save),
      async keepBundle(bundle, extensionId, version) {
        const path = join(bundleDir(extensionId), bundleName(version));
        await makeDirectory(bundleDir(extensionId));
        await atomicWrite(path, bundle, { mode: 0o600, temporaryPath });
      },
      deleteBundles: (extensionId) => rm(bundleDir(extensionId), { recursive: true, force: true }),
      release,
      added,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function addLinkedExtensions(state: State, { linked, nowMs }: StorageOptions): string[] {
  return linked.flatMap((extension) => addLinkedExtension(state, extension, nowMs) ?? []);
}

function initialState({ seed, nowMs }: StorageOptions): State {
  return seed === undefined ? exampleState() : stateFromSeed(seed, nowMs);
}

const ownEntries = new Set(['state.json', 'bundles', 'tmp', 'lock', 'lock.removal']);

const bundleName = (version: string): string => `${version}.tar.gz`;

async function prepare(path: string): Promise<void> {
  try {
    await makeDirectory(path);
    const found = await readdir(path);
    const foreign = found.find((name) => !ownEntries.has(name));
    if (foreign !== undefined && !found.includes('state.json')) throw notEmpty(path, foreign);
    await makeDirectory(join(path, 'tmp'));
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
    if (error instanceof SyntaxError) throw damaged(path, `it isn't JSON (${error.message})`);
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
    hint: 'Fix the file, or delete it to start over.',
  });
}

/** Deletes what a killed run left: temporary files and bundles of unknown versions. */
async function deleteLeftovers(dataDir: string, state: State): Promise<void> {
  await deleteEntries(join(dataDir, 'tmp'));
  for (const id of await entries(join(dataDir, 'bundles'))) {
    const known =
      findExtension(state, id)?.versions.map(({ version }) => bundleName(version)) ?? [];
    const bundles = join(dataDir, 'bundles', id);
    if (known.length === 0) await rm(bundles, { recursive: true, force: true });
    else await deleteEntries(bundles, known);
  }
}

async function deleteEntries(dir: string, except: readonly string[] = []): Promise<void> {
  for (const name of await entries(dir))
    if (!except.includes(name)) await rm(join(dir, name), { recursive: true, force: true });
}

async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw dataDirectoryError(path, error);
  }
}

function stateExists(dataDir: string): LumioError {
  return new LumioError('usage', {
    code: 'seed_over_state',
    message: `${dataDir} already contains the state of a sandbox, so --seed can't be used.`,
    hint: 'Remove --seed to continue with that state, or specify a new directory with --data.',
  });
}
