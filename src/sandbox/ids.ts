/** Identifiers and times in the page's form. */
import { randomInt } from 'node:crypto';

/** What an id, of the service's or of one's own making, consists of; it is also the name of a folder. */
export const idPattern = /^\w[\w.-]{0,63}$/u;
/** `my-scoreboard` */
export const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id such as `ext_01j9k2m3n4p5q6r7`: the prefix and 16 letters and digits. */
export function newId(prefix: 'ext' | 'ver' | 'req'): string {
  return `${prefix}_${Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}

/**
 * The slug of a name: lowercase letters, digits and hyphens, `my-ext`, then `my-ext-2`.
 * @param taken the slugs that exist already
 */
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

/** ISO 8601 in UTC with milliseconds, as the state keeps it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** ISO 8601 in UTC with whole seconds, as the page shows it; null stays null. */
export function shownTime(iso: string | null): string | null {
  return iso === null ? null : `${new Date(iso).toISOString().slice(0, 19)}Z`;
}
