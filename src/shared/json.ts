/** JSON with every digit of its numbers. */
import { randomUUID } from 'node:crypto';

/** A number whose text differs from how JavaScript prints its value, such as a 64-bit id. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): number {
    return Number(this.text);
  }
}

export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Replaces exact numbers in JSON.parse and JSON.stringify; untrusted text can't contain it. */
let marker: string | undefined;

function newMarker(): string {
  return `exact:${randomUUID()}:`;
}

/** Without a match, JavaScript's own numbers print unchanged. */
const maybeInexact = /[\d.]{16}|\d[eE]|\.\d*0(?!\d)|-0(?![.\d])|0\.000000/;
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** @throws SyntaxError */
export function parseExactJson(text: string): unknown {
  const document: unknown = JSON.parse(text);
  if (!maybeInexact.test(text) || !(text.match(stringOrNumber) ?? []).some(isInexact))
    return document;
  const prefix = (marker ??= newMarker());
  const marked = text.replaceAll(stringOrNumber, (token) =>
    isInexact(token) ? `"${prefix}${token}"` : token,
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(prefix)
      ? new ExactNumber(value.slice(prefix.length))
      : value,
  );
}

function isInexact(token: string): boolean {
  return !token.startsWith('"') && String(Number(token)) !== token;
}

type Replacer = (this: unknown, key: string, value: unknown) => unknown;

/** JSON.stringify for documents of {@link parseExactJson}. */
export function stringifyExactJson(value: unknown, replacer?: Replacer, indent?: number): string {
  if (marker === undefined) return JSON.stringify(value, replacer, indent);
  const prefix = marker;
  function mark(this: unknown, key: string, member: unknown): unknown {
    const original: unknown = Reflect.get(Object(this), key);
    if (original instanceof ExactNumber) return `${prefix}${original.text}`;
    return replacer === undefined ? member : replacer.call(this, key, member);
  }
  const text = JSON.stringify(value, mark, indent);
  return text.replaceAll(new RegExp(`"${prefix}([^"]*)"`, 'g'), '$1');
}

/** `left - right`, exact for whole numbers of any length. */
export function exactDifference(
  left: number | ExactNumber,
  right: number | ExactNumber,
): number | ExactNumber {
  const texts = [String(left), String(right)];
  if (!texts.every((text) => /^-?\d+$/.test(text))) return Number(left) - Number(right);
  const [from = 0n, less = 0n] = texts.map(BigInt);
  const text = String(from - less);
  if (String(Number(text)) === text) return Number(text);
  marker ??= newMarker();
  return new ExactNumber(text);
}

/** The document with JavaScript's numbers. */
export function withPlainNumbers(value: unknown): unknown {
  if (marker === undefined) return value;
  return mapNumbers(value, (number) => Number(number));
}

/** The document with JavaScript's numbers, except for those that would lose digits. */
export function withLosslessNumbers(value: unknown): unknown {
  if (marker === undefined) return value;
  return mapNumbers(value, (number) =>
    number instanceof ExactNumber && isLossless(number) ? Number(number) : number,
  );
}

/**
 * The document for a tool that compares JavaScript's numbers. Numbers that would become equal to
 * another one stay exact.
 * @returns `restore` puts the digits back into the tool's result
 */
export function withComparableNumbers(document: unknown): {
  readonly comparable: unknown;
  readonly restore: (result: unknown) => unknown;
} {
  if (marker === undefined) return { comparable: document, restore: (result) => result };
  const texts = new Map<number, Set<string>>();
  mapNumbers(document, (number) => {
    const value = Number(number);
    texts.set(value, (texts.get(value) ?? new Set()).add(String(number)));
    return number;
  });
  const isAlone = (value: number): boolean => texts.get(value)?.size === 1;
  const comparable = mapNumbers(document, (number) => {
    const value = Number(number);
    const isComparable = Number.isFinite(value) && !Object.is(value, -0);
    return number instanceof ExactNumber && isComparable && (isAlone(value) || isLossless(number))
      ? value
      : number;
  });
  const restore = (result: unknown): unknown =>
    mapNumbers(result, (number) => {
      const [text = ''] = texts.get(Number(number)) ?? [];
      return isAlone(Number(number)) ? new ExactNumber(text) : number;
    });
  return { comparable, restore };
}

function mapNumbers(value: unknown, map: (number: number | ExactNumber) => unknown): unknown {
  if (isNumber(value)) return map(value);
  if (Array.isArray(value)) return value.map((item) => mapNumbers(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, mapNumbers(item, map)]));
}

/** Whether the value, apart from zeros that only pad it, is exact as a JavaScript number. */
function isLossless({ text }: ExactNumber): boolean {
  const value = Number(text);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return significantDigits(String(value)) === significantDigits(text);
}

function significantDigits(number: string): string {
  const digits = number.replace(/[eE].*$/, '').replaceAll(/[-.]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '');
}

/** Deeper documents would overflow the stack of recursive code. */
const maxDepth = 1000;
const [quote, backslash] = Buffer.from('"\\');
/** By byte: `[` and `{` go down, `]` and `}` up. */
const depthChanges: Readonly<Record<number, number>> = { 0x5b: 1, 0x7b: 1, 0x5d: -1, 0x7d: -1 };

/** Whether JSON has more than a thousand levels. */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length && depth <= maxDepth; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isInString && byte === backslash) at += 1;
    else if (byte === quote) isInString = !isInString;
    else if (!isInString) depth += depthChanges[byte] ?? 0;
  }
  return depth > maxDepth;
}

/** @returns undefined for invalid JSON and for more than a thousand levels */
export function parseJson(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes)) return undefined;
  try {
    return parseExactJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
