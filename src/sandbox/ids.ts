/** IDs, slugs and times in the form of the API page. */
import { randomInt } from 'node:crypto';

/** An ID is also the name of a directory. */
export const idPattern = /^\w[\w.-]{0,63}$/u;
/** `my-scoreboard` */
export const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Such as `ext_01j9k2m3n4p5q6r7`. */
export function newId(prefix: 'ext' | 'ver' | 'req'): string {
  return `${prefix}_${Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
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
