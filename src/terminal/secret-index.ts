/** Finds secrets in a string, in any encoding. Takes linear time. */
import { EncodedText, type Gap, base64Forms, hexForms, visibleForm } from './encodings.ts';

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
  readonly gap: Gap;
}

interface TrieNode {
  next: Map<string, TrieNode> | undefined;
  /** A needle that ends here, or the only one that continues from here. */
  needle: Needle | undefined;
  /** The widest gap of the needles that continue from here. */
  gap: Gap;
}

/** Letters of one case with separators, numbers, versions: what lumio's words are made of. */
const ordinary =
  /^-{0,2}(?:(?:[A-Z]?[a-z]{1,11}(?:[A-Z][a-z]{1,11}){0,3}|[A-Z]{1,12})(?:[-_./ :]|$)){1,5}$|^v?[\d.:+-]{1,12}$|^v?\d+(?:\.\d+){1,2}[-+][\w.-]{1,12}$/;

/** A trie whose branches end where only one needle is left. */
export class SecretIndex {
  readonly root: TrieNode = { next: undefined, needle: undefined, gap: '' };
  readonly #added = new Set<string>();

  add(value: string): void {
    if (value.length < minLength || this.#added.has(value)) return;
    this.#added.add(value);
    const isOrdinary = value.length < minPieceLength || ordinary.test(value);
    const lines = value.split(/[\r\n]+/).map((line) => line.trim());
    const pieces = lines.length === 1 ? [] : lines.filter((line) => line.length >= minPieceLength);
    for (const text of [value, ...pieces])
      this.#insert({ value, isOrdinary, gap: '', text: visibleText(text) });
    // A plus sign is read as a blank, which may be in a gap.
    for (const text of base64Forms(value, minPieceLength))
      this.#insert({ value, isOrdinary: false, gap: ' ', text: text.replaceAll('+', '') });
    for (const text of hexForms(value)) this.#insert({ value, isOrdinary: false, gap: ' :', text });
  }

  #insert(needle: Needle): void {
    const { text, gap } = needle;
    if (text.length < minLength) return;
    let node = this.root;
    let depth = 0;
    while (depth < text.length) {
      const char = charAt(text, depth);
      node.next ??= new Map();
      if (gap.length > node.gap.length) node.gap = gap;
      const next = node.next.get(char);
      if (next === undefined) {
        node.next.set(char, { next: undefined, needle, gap });
        return;
      }
      depth += char.length;
      splitLeaf(next, depth);
      node = next;
    }
    node.needle ??= needle;
  }
}

function splitLeaf(leaf: TrieNode, depth: number): void {
  const { needle } = leaf;
  if (needle === undefined || leaf.next !== undefined || needle.text.length === depth) return;
  const { gap } = needle;
  leaf.next = new Map([[charAt(needle.text, depth), { next: undefined, needle, gap }]]);
  leaf.needle = undefined;
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function visibleText(value: string): string {
  const line = Array.from(value, visibleForm).join('').replaceAll(/ +/g, ' ').trim();
  return line.replaceAll(/\\+/g, '\\');
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
  const encoded = new EncodedText(text);
  let masked = '';
  let copiedTo = 0;
  let maskedTo = 0;
  for (let at = 0; at < text.length; at += 1) {
    // Inside a masked part, only a secret that ends after it matters.
    if (at < maskedTo - sufficientLength || !mayStart(text, at, root)) continue;
    const hit = search(encoded, { node: root, depth: 0, end: at, at });
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
  /** Behind the last character that matched. */
  readonly end: number;
  /** Behind the gap that may follow it. */
  readonly at: number;
}
type Found = Omit<Hit, 'start'>;

function search(text: EncodedText, start: Match): Found | undefined {
  let best: Found | undefined;
  const pending = [start];
  for (let match = pending.pop(); match !== undefined; match = pending.pop()) {
    const { node, depth, end } = match;
    const { needle } = node;
    const isEnd = needle?.text.length === depth;
    if (needle !== undefined && !isEnd) {
      best = longerHit(best, follow(text, needle, match));
      continue;
    }
    best = longerHit(best, isEnd ? { needle, end } : truncatedHit(text, node, match));
    for (const { char, end: next } of text.readingsAt(match.at)) {
      const child = node.next?.get(char);
      if (child === undefined) continue;
      const at = new Set([text.afterGap(next, gapAfter(char)), text.afterGap(next, child.gap)]);
      for (const each of at)
        pending.push({ node: child, depth: depth + char.length, end: next, at: each });
    }
  }
  return best;
}

/** Continues with the only secret that is left. */
function follow(text: EncodedText, needle: Needle, start: Omit<Match, 'node'>): Found | undefined {
  let best: Found | undefined;
  const pending = [start];
  for (let match = pending.pop(); match !== undefined; match = pending.pop()) {
    const { depth, end } = match;
    const fitting = text
      .readingsAt(match.at)
      .filter(({ char }) => char !== '' && needle.text.startsWith(char, depth));
    if (depth === needle.text.length || (fitting.length === 0 && depth >= sufficientLength))
      best = longerHit(best, { needle, end });
    else if (fitting.length === 0) best = longerHit(best, truncatedHit(text, needle, match));
    else
      for (const { char, end: next } of fitting) {
        const at = text.afterGap(next, needle.gap === '' ? gapAfter(char) : needle.gap);
        pending.push({ depth: depth + char.length, end: next, at });
      }
  }
  return best;
}

/** Blanks are compared as one, since line breaks and tabs are printed as blanks. */
function gapAfter(char: string): Gap {
  return char === ' ' ? ' ' : '';
}

/** The escape before it may be truncated too. */
const ellipsis =
  /((?<=[%&\\])[\w#;]{1,15}?|[%&\\][\w%#;&\\]{0,48}?)?(?:\.\.\.|…|\\{1,8}u2026|&hellip;|%E2%80%A6)/iy;

/** Servers truncate long text: the beginning of a secret is then before an ellipsis. */
function truncatedHit(
  { text }: EncodedText,
  partial: Needle | TrieNode,
  { depth, at }: Omit<Match, 'node'>,
): Found | undefined {
  if (depth < minLength) return undefined;
  ellipsis.lastIndex = at;
  const found = ellipsis.exec(text);
  if (found === null) return undefined;
  const needle = 'text' in partial ? partial : firstNeedle(partial);
  const least = needle?.gap === '' ? minLength : minPieceLength;
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
