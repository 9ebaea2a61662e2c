/** The sandbox's state, which has the form of a seed with nothing omitted. */
import type { SeedExtension, SeedSecret, SeedVersion } from './public-types.ts';

type Complete<Seed> = { -readonly [Key in keyof Seed]-?: Exclude<Seed[Key], undefined> };

export type VersionRecord = Complete<SeedVersion>;

/** Times are ISO 8601 with milliseconds; responses show seconds, as the page does. */
export interface ExtensionRecord extends Complete<Omit<SeedExtension, 'versions' | 'secrets'>> {
  versions: VersionRecord[];
  /** No response contains the values. */
  secrets: Complete<SeedSecret>[];
}

export interface State {
  extensions: ExtensionRecord[];
}

/** Applies changes one after the other, each completely or not at all, on disk as in memory. */
export interface Store {
  /** The current state; not to be changed. */
  readonly state: () => State;
  /** Changes a copy of the state, saves it, then makes it current. */
  readonly update: <Result>(change: (draft: State) => Result | Promise<Result>) => Promise<Result>;
}

/** @param save resolves once the state is flushed to disk */
export function createStore(initial: State, save: (state: State) => Promise<void>): Store {
  let current = initial;
  let last: Promise<unknown> = Promise.resolve();
  return {
    state: () => current,
    update(change) {
      const result = last.then(async () => {
        const draft = structuredClone(current);
        const changed = await change(draft);
        await save(draft);
        current = draft;
        return changed;
      });
      last = result.catch(() => undefined);
      return result;
    },
  };
}

export function findExtension(state: State, id: string): ExtensionRecord | undefined {
  return state.extensions.find((extension) => extension.id === id);
}
