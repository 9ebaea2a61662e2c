/** The sandbox's state, which has the form of a seed with nothing omitted. */
import type { SeedPricing } from './public-types.ts';

export interface VersionRecord {
  readonly id: string;
  readonly version: string;
  status: string;
  readonly changelog: string | null;
  readonly bundleSizeBytes: number | null;
  /** ISO 8601 with milliseconds; responses show seconds, as the page does. */
  readonly submittedAt: string;
  approvedAt: string | null;
}

export interface ExtensionRecord {
  readonly id: string;
  readonly slug: string;
  name: string;
  short_description: string;
  description: string;
  visibility: string;
  status: string;
  pricing: SeedPricing;
  ratingCount: number;
  currentVersionId: string | null;
  /** Whether it ever was `public` or `paid`; it then can't be deleted. */
  everPublic: boolean;
  readonly createdAt: string;
  updatedAt: string;
  versions: VersionRecord[];
  /** Active installs are the sum of `byVersion`, which may name unlisted versions. */
  readonly installs: {
    readonly total: number;
    readonly byVersion: Readonly<Record<string, number>>;
  };
  /** No response contains the values. */
  secrets: { key: string; value: string }[];
}

export interface State {
  extensions: ExtensionRecord[];
}

/** The defaults of an extension. */
export const blank = {
  short_description: '',
  description: '',
  visibility: 'private',
  status: 'draft',
  pricing: { type: 'free' },
  ratingCount: 0,
  currentVersionId: null,
  everPublic: false,
  installs: { total: 0, byVersion: {} },
} as const;

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
