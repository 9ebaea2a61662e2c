/** Where a sandbox keeps its state: a data folder, or memory and a temporary folder for bundles on their way through the checks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError } from '../errors.ts';
import { exampleState } from './example.ts';
import { openDataDirectory } from './data-directory.ts';
import { type Linked, addLinked } from './linked-extension.ts';
import { type Owner, lockFolder } from './lock.ts';
import { stateFromSeed } from './seed.ts';
import type { Service } from './service.ts';
import type { State } from './state.ts';
import { createStore } from './store.ts';

export interface StorageOptions {
  /** Absolute; undefined: in memory. */
  readonly dataDir: string | undefined;
  /** Parsed JSON; undefined: the API page's example. */
  readonly seed: unknown;
  /** The extension of the user's own project, which is added where it is missing. */
  readonly linked: Linked | undefined;
  readonly tempDir: string;
  readonly nowMs: number;
  readonly owner: Owner;
}

export interface Storage extends Pick<
  Service,
  'store' | 'keepBundle' | 'dropBundles' | 'temporaryPath'
> {
  /** Frees the data folder, removes temporary files. */
  readonly release: () => Promise<void>;
  /** What was added for `linked`: its id, or its slug. */
  readonly added: string | undefined;
}

/** @throws LumioError `usage` for a wrong seed, `refused` for a data folder that can't be used */
export function openStorage(options: StorageOptions): Promise<Storage> {
  return options.dataDir === undefined ? inMemory(options) : inFolder(options.dataDir, options);
}

async function inMemory(options: StorageOptions): Promise<Storage> {
  const state = initialState(options);
  const added = addLinked(state, options.linked, options.nowMs);
  const store = createStore(state, () => Promise.resolve());
  const dir = await mkdtemp(join(options.tempDir, 'lumio-sandbox-'));
  const release = (): Promise<void> => rm(dir, { recursive: true, force: true });
  return {
    store,
    keepBundle: nothingToDo,
    dropBundles: nothingToDo,
    temporaryPath: pathsIn(dir),
    release,
    added,
  };
}

async function inFolder(dataDir: string, options: StorageOptions): Promise<Storage> {
  const { temporaryDir, load, save, sweep, keepBundle, dropBundles } =
    await openDataDirectory(dataDir);
  const release = await lockFolder(dataDir, options.owner);
  try {
    const kept = await load(options.nowMs);
    if (kept !== undefined && options.seed !== undefined) throw seedOverState(dataDir);
    const state = kept ?? initialState(options);
    const added = addLinked(state, options.linked, options.nowMs);
    await sweep(state);
    await save(state);
    return {
      store: createStore(state, save),
      keepBundle,
      dropBundles,
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

/** A seed that silently did nothing, or silently replaced what was kept, would both be surprises. */
function seedOverState(dataDir: string): LumioError {
  return new LumioError('usage', {
    code: 'seed_over_state',
    message: `${dataDir} holds a state already, so the seed can't be used.`,
    hint: 'Leave --seed away to go on with that state, or give --data a new folder.',
  });
}

function pathsIn(dir: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return join(dir, `bundle-${count}.tar.gz`);
  };
}

const nothingToDo = (): Promise<void> => Promise.resolve();
