/** Masks secrets by their value, in any encoding. Takes linear time. */
import { type Hit, SecretIndex, mask, minLength, replacement } from './secret-index.ts';

export interface Redact {
  /**
   * Untrusted text (from servers, files and arguments): masks all secrets, and everything that
   * looks like an API key.
   */
  (this: void, text: string): string;
  /** lumio's own sentences: masks the same, but keeps names and what could be a word of lumio. */
  sentence(this: void, text: string): string;
  /**
   * A value in a result, such as an id or a code: masks only secrets that can't occur by chance.
   */
  value(this: void, text: string): string;
  /**
   * Masks this value from now on, and each of its longer lines.
   * @param kind no name, id or word overrides an API key
   */
  addSecret(this: void, value: string, kind?: 'value' | 'api-key'): void;
  /**
   * A name that users chose, such as that of a secret: printed even if a secret has the same value.
   */
  addName(this: void, name: string): void;
}

/** The key prefixes on the API page, followed by enough characters to be a secret. */
const apiKeyPattern = /lm_(?:dev|usr|pop)_\w{8,}/g;

/** The keys in the environment, used or not. */
export function keysOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [env['LUMIO_API_KEY'], env['LUMIO_TOKEN']]
    .map((value) => value?.trim() ?? '')
    .filter((key) => key.length >= minLength);
}

/** @param keys of the environment: results may show them, messages don't */
export function createRedact(keys: readonly string[] = []): Redact {
  const index = new SecretIndex();
  // Indexed at the first use, to keep `--version` fast.
  const added = [...keys];
  const secrets = new Set<string>();
  const apiKeys = new Set(keys);
  const names = new Set<string>();
  const isOurs = (text: string, { needle, start, end }: Hit): boolean =>
    !apiKeys.has(needle.value) && (needle.isOrdinary || names.has(tokenAround(text, start, end)));
  const isOursOrUnknown = (text: string, hit: Hit): boolean =>
    !secrets.has(hit.needle.value) || isOurs(text, hit);
  const masked = (text: string, isKept: (text: string, hit: Hit) => boolean): string => {
    for (const value of added.splice(0)) index.add(value);
    return mask(text, index, isKept);
  };
  const redact = (text: string): string =>
    masked(text, () => false).replaceAll(apiKeyPattern, replacement);
  return Object.assign(redact, {
    sentence: (text: string) => masked(text, isOurs).replaceAll(apiKeyPattern, replacement),
    value: (text: string) => masked(text, isOursOrUnknown),
    addSecret: (value: string, kind: 'value' | 'api-key' = 'value') => {
      secrets.add(value);
      if (kind === 'api-key') apiKeys.add(value);
      added.push(value);
    },
    addName: (name: string) => void names.add(name),
  });
}

/** Masks the untrusted parts of a sentence more strictly than the rest. */
export function redactSentence(
  redact: Redact,
  text: string,
  untrusted: readonly string[] = [],
): string {
  const parts = untrusted.filter((part) => part !== '');
  return redact.sentence(
    parts.reduce((masked, part) => masked.replaceAll(part, () => redact(part)), text),
  );
}

/** The word that a hit is in. */
function tokenAround(text: string, start: number, end: number): string {
  const before = /[\w.@-]*$/.exec(text.slice(Math.max(0, start - 256), start))?.[0] ?? '';
  const after = /^[\w.@-]*/.exec(text.slice(end, end + 256))?.[0] ?? '';
  return before + text.slice(start, end) + after;
}
