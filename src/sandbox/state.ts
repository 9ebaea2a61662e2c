/**
 * The sandbox's state, which has the form of a seed with nothing omitted; its IDs, slugs and times
 * have the form of the API page.
 */
import { randomInt } from 'node:crypto';
import type { SeedExtension, SeedSecret, SeedVersion } from './public-types.ts';

type Complete<Seed> = { -readonly [Key in keyof Seed]-?: Exclude<Seed[Key], undefined> };

export type VersionRecord = Complete<SeedVersion>;

/** Times are ISO 8601 with milliseconds; responses show seconds, as the page does. */
export interface ExtensionRecord extends Complete<Omit<SeedExtension, 'versions' | 'secrets'>> {
  versions: VersionRecord[];
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

/** An ID is also the name of a directory. */
export const idPattern = /^\w[\w.-]{0,63}$/u;
/** `my-scoreboard` */
export const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Such as `ext_01j9k2m3n4p5q6r7`. */
export function newId(prefix: 'ext' | 'ver' | 'req'): string {
  const digits = Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]);
  return `${prefix}_${digits.join('')}`;
}

/** `my-ext`, or `my-ext-2` if that is taken. */
export function newSlug(name: string, taken: readonly string[]): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const base =
    plain
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .slice(0, 60)
      .replaceAll(/^-+|-+$/gu, '') || 'extension';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    const slug = `${base}-${number}`;
    if (!taken.includes(slug)) return slug;
  }
}

/** ISO 8601 with milliseconds, for the state. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** ISO 8601 with whole seconds, for responses. */
export function shownTime(iso: string | null): string | undefined {
  return iso === null ? undefined : `${new Date(iso).toISOString().slice(0, 19)}Z`;
}
