/** Finds secrets in a text, in any encoding. Takes linear time. */
import { Buffer } from 'node:buffer';
import { readingsAt, visibleForm } from './encodings.ts';

export const replacement = '***';
/** Shorter values occur everywhere by chance. */
export const minLength = 4;
/** Shorter lines and pieces of base64 occur by chance. */
const minPieceLength = 8;
/** A match of this length also masks what follows of a longer secret. */
const sufficientLength = 64;

/** One form of a secret, as a reader sees it. */
interface Needle {
  readonly value: string;
  readonly text: string;
  /** Could be a word, a number or a version: in our own text it reveals nothing. */
  readonly isOrdinary: boolean;
  /** What may be between two characters, as in wrapped base64. */
  readonly filler: RegExp | undefined;
}

interface TrieNode {
  next: Map<string, TrieNode> | undefined;
  /** A needle that ends here, or the only one that continues from here. */
  needle: Needle | undefined;
}

/** Letters of one case with separators, numbers, versions: what the words of lumio are made of. */
const ordinary =
  /^(?:(?:[A-Z]?[a-z]{1,11}(?:[A-Z][a-z]{1,11}){0,3}|[A-Z]{1,12})(?:[-_./ :]|$)){1,5}$|^v?[\d.:+-]{1,12}$|^v?\d+(?:\.\d+){1,2}[-+][\w.-]{1,12}$/;

/** A trie whose branches end where only one needle is left. */
export class SecretIndex {
  readonly root: TrieNode = { next: undefined, needle: undefined };
  readonly #added = new Set<string>();

  add(value: string): void {
    if (value.length < minLength || this.#added.has(value)) return;
    this.#added.add(value);
    const isOrdinary = value.length < minPieceLength || ordinary.test(value);
    const lines = value.split(/[\r\n]+/).map((line) => line.trim());
    const pieces = lines.length === 1 ? [] : lines.filter((line) => line.length >= minPieceLength);
    for (const text of [value, ...pieces])
      this.#insert({ value, isOrdinary, filler: undefined, text: visibleText(text) });
    for (const text of base64Forms(value))
      this.#insert({ value, isOrdinary: false, filler: blank, text: text.replaceAll(/\++/g, ' ') });
    const hex = Buffer.from(value).toString('hex');
    for (const text of [hex, hex.toUpperCase()])
      this.#insert({ value, isOrdinary: false, filler: blankOrColon, text });
  }

  #insert(needle: Needle): void {
    const { text } = needle;
    if (text.length < minLength) return;
    let node = this.root;
    let depth = 0;
    while (depth < text.length) {
      const char = charAt(text, depth);
      node.next ??= new Map();
      const next = node.next.get(char);
      if (next === undefined) {
        node.next.set(char, { next: undefined, needle });
        return;
      }
      depth += char.length;
      splitLeaf(next, depth);
      node = next;
    }
    node.needle ??= needle;
  }
}

const blank = /^\s$/;
const blankOrColon = /^[\s:]$/;

function splitLeaf(leaf: TrieNode, depth: number): void {
  const { needle } = leaf;
  if (needle === undefined || leaf.next !== undefined || needle.text.length === depth) return;
  leaf.next = new Map([[charAt(needle.text, depth), { next: undefined, needle }]]);
  leaf.needle = undefined;
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function visibleText(value: string): string {
  const line = Array.from(value, visibleForm).join('').replaceAll(/ +/g, ' ').trim();
  return line.replaceAll(/\\+/g, '\\');
}

/**
 * RFC 4648: three bytes are four characters, so a value inside a longer text (`user:password`) has
 * three forms, without the characters that neighboring bytes share.
 */
function base64Forms(value: string): Set<string> {
  const bytes = Buffer.from(value);
  const pieces = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const whole = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(Math.ceil((offset * 8) / 6), whole);
  });
  const long = pieces.filter((piece) => piece.length >= minPieceLength);
  return new Set([
    ...long,
    ...long.map((piece) => piece.replaceAll('-', '+').replaceAll('_', '/')),
  ]);
}

export interface Hit {
  readonly needle: Needle;
  readonly start: number;
  readonly end: number;
}

export function mask(
  text: string,
  { root }: SecretIndex,
  isKept: (text: string, hit: Hit) => boolean,
): string {
  if (root.next === undefined) return text;
  let masked = '';
  let copiedTo = 0;
  let maskedTo = 0;
  for (let at = 0; at < text.length; at += 1) {
    // Inside a masked part, only a secret that ends after it matters.
    if (at < maskedTo - sufficientLength || !mayStart(text, at, root)) continue;
    const hit = search(text, { node: root, depth: 0, at });
    if (hit === undefined || hit.end <= maskedTo) continue;
    if (isKept(text, { ...hit, start: at })) continue;
    if (at >= maskedTo) masked += text.slice(copiedTo, at) + replacement;
    maskedTo = hit.end;
    copiedTo = hit.end;
  }
  return masked + text.slice(copiedTo);
}

function mayStart(text: string, at: number, root: TrieNode): boolean {
  const char = text.charAt(at);
  if (char === '\\') return text.charAt(at - 1) !== '\\';
  return root.next?.has(char) === true || /[%&\uD800-\uDBFF]/.test(char);
}

/** How much of which secrets is matched at a position. */
interface Match {
  readonly node: TrieNode;
  readonly depth: number;
  readonly at: number;
}
type Found = Omit<Hit, 'start'>;

function search(text: string, match: Match): Found | undefined {
  const { node, depth, at } = match;
  const { needle } = node;
  const isEnd = needle?.text.length === depth;
  if (needle !== undefined && !isEnd) return follow(text, needle, { depth, at });
  const here = isEnd ? { needle, end: at } : truncatedHit(text, node, { depth, at });
  return at < text.length ? longerHit(here, searchNext(text, match)) : here;
}

function searchNext(text: string, { node, depth, at }: Match): Found | undefined {
  let best: Found | undefined;
  for (const { char, end } of readingsAt(text, at)) {
    const next = char === '' ? node : node.next?.get(char);
    if (next === undefined || (char === '' && depth === 0)) continue;
    const step = { depth: depth + char.length, at: afterBlanks(text, char, end) };
    best = longerHit(best, search(text, { node: next, ...step }));
  }
  return best;
}

/** Continues with the only secret that is left. */
function follow(
  text: string,
  needle: Needle,
  from: { depth: number; at: number },
): Found | undefined {
  let { depth, at } = from;
  while (depth < needle.text.length) {
    const fitting =
      at >= text.length ? [] : readingsAt(text, at).filter(({ char }) => fits(char, needle, depth));
    const [reading, ...others] = fitting;
    if (reading === undefined)
      return depth >= sufficientLength
        ? { needle, end: at }
        : truncatedHit(text, needle, { depth, at });
    const step = ({ char, end }: typeof reading): { depth: number; at: number } =>
      needle.text.startsWith(char, depth)
        ? { depth: depth + char.length, at: afterBlanks(text, char, end) }
        : { depth, at: end };
    if (others.length > 0)
      return fitting.map((each) => follow(text, needle, step(each))).reduce(longerHit);
    ({ depth, at } = step(reading));
  }
  return { needle, end: at };
}

function fits(char: string, needle: Needle, depth: number): boolean {
  return needle.text.startsWith(char, depth) || needle.filler?.test(char) === true;
}

/** Blanks are compared as one, since line breaks and tabs are printed as blanks. */
function afterBlanks(text: string, char: string, end: number): number {
  if (char !== ' ') return end;
  let at = end;
  for (;;) {
    const blank =
      at < text.length ? readingsAt(text, at).find((reading) => reading.char === ' ') : undefined;
    if (blank === undefined) return at;
    at = blank.end;
  }
}

/** The escape before it may be cut too. */
const ellipsis =
  /((?<=[%&\\])[\w#;]{1,15}?|[%&\\][\w%#;&\\]{0,48}?)?(?:\.\.\.|…|\\{1,8}u2026|&hellip;|%E2%80%A6)/iy;

/** Servers cut long texts: then the beginning of a secret is before an ellipsis. */
function truncatedHit(
  text: string,
  cut: Needle | TrieNode,
  { depth, at }: { depth: number; at: number },
): Found | undefined {
  if (depth < minLength) return undefined;
  ellipsis.lastIndex = at;
  const found = ellipsis.exec(text);
  if (found === null) return undefined;
  const needle = 'text' in cut ? cut : firstNeedle(cut);
  const least = needle?.filler === undefined ? minLength : minPieceLength;
  return needle === undefined || depth < least
    ? undefined
    : { needle, end: at + (found[1]?.length ?? 0) };
}

function firstNeedle(node: TrieNode): Needle | undefined {
  let at: TrieNode | undefined = node;
  while (at !== undefined && at.needle === undefined) at = at.next?.values().next().value;
  return at?.needle;
}

function longerHit(one: Found | undefined, other: Found | undefined): Found | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.needle.isOrdinary !== other.needle.isOrdinary) return one.needle.isOrdinary ? other : one;
  return other.end > one.end ? other : one;
}
