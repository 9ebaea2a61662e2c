/** Keeps the state in a data directory, or in memory with a temporary directory for bundles. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError } from '../errors.ts';
import { createTemporaryDirectory } from '../shared/temporary-directory.ts';
import { exampleState } from './example.ts';
import { openDataDirectory } from './data-directory.ts';
import { type Owner, lockDirectory } from './lock.ts';
import { type LinkedExtension, addLinkedExtension, stateFromSeed } from './seed.ts';
import type { Service } from './service.ts';
import { type State, createStore } from './state.ts';

export interface StorageOptions {
  /** Absolute; undefined: in memory. */
  readonly dataDir: string | undefined;
  /** Parsed JSON; undefined: the API page's example. */
  readonly seed: unknown;
  /** Added if the state doesn't have it. */
  readonly linked: LinkedExtension | undefined;
  readonly tempDir: string;
  readonly nowMs: number;
  readonly owner: Owner;
}

export interface Storage extends Pick<
  Service,
  'store' | 'keepBundle' | 'deleteBundles' | 'temporaryPath'
> {
  /** Unlocks the data directory, deletes temporary files. */
  readonly release: () => Promise<void>;
  /** ID or slug of the linked extension, if it was added. */
  readonly added: string | undefined;
}

/** @throws LumioError `usage` for an invalid seed, `refused` for an unusable data directory */
export function openStorage(options: StorageOptions): Promise<Storage> {
  return options.dataDir === undefined ? inMemory(options) : inDirectory(options.dataDir, options);
}

async function inMemory(options: StorageOptions): Promise<Storage> {
  const state = initialState(options);
  const added = addLinkedExtension(state, options.linked, options.nowMs);
  const store = createStore(state, () => Promise.resolve());
  const dir = await createTemporaryDirectory(options.tempDir);
  const release = (): Promise<void> => rm(dir, { recursive: true, force: true });
  return {
    store,
    keepBundle: doNothing,
    deleteBundles: doNothing,
    temporaryPath: pathsIn(dir),
    release,
    added,
  };
}

async function inDirectory(dataDir: string, options: StorageOptions): Promise<Storage> {
  const { temporaryDir, load, save, cleanUp, keepBundle, deleteBundles } =
    await openDataDirectory(dataDir);
  const release = await lockDirectory(dataDir, options.owner);
  try {
    const kept = await load(options.nowMs);
    if (kept !== undefined && options.seed !== undefined) throw stateExists(dataDir);
    const state = kept ?? initialState(options);
    const added = addLinkedExtension(state, options.linked, options.nowMs);
    await cleanUp(state);
    await save(state);
    return {
      store: createStore(state, save),
      keepBundle,
      deleteBundles,
      temporaryPath: pathsIn(temporaryDir),
      release,
      added,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function initialState({ seed, nowMs }: StorageOptions): State {
  return seed === undefined ? structuredClone(exampleState) : stateFromSeed(seed, nowMs);
}

function stateExists(dataDir: string): LumioError {
  return new LumioError('usage', {
    code: 'seed_over_state',
    message: `${dataDir} already contains a state, so --seed can't be used.`,
    hint: 'Omit --seed to continue with that state, or specify a new directory with --data.',
  });
}

function pathsIn(dir: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return join(dir, `bundle-${count}.tar.gz`);
  };
}

const doNothing = (): Promise<void> => Promise.resolve();
