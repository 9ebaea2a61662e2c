/** Holds the state. Changes happen one after the other and are all or nothing, on disk as in memory. */
import type { ExtensionRecord, State } from './state.ts';

export interface Store {
  /** The state as it is; not to be changed. */
  readonly state: () => State;
  /**
   * Changes a copy of the state, saves it, and only then makes it the state. What `change` or the saving throws leaves everything as it was.
   * @param change may await what belongs to the change, such as moving a bundle to its place
   */
  readonly update: <Result>(change: (draft: State) => Result | Promise<Result>) => Promise<Result>;
}

/** @param save settles when the state would survive a kill */
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

/** The extension of that id, or undefined. */
export function findExtension(state: State, id: string): ExtensionRecord | undefined {
  return state.extensions.find((extension) => extension.id === id);
}
