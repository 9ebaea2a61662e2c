/**
 * What must not be in a bundle. The scan sees the very bytes that are packed, while they are
 * packed, so that no file is read twice or changes in between.
 */
import { basename } from 'node:path';
import { KnownSecrets } from './known-secrets.ts';
import { privateKeys } from './private-key.ts';
import type { Sighting } from './secret-findings.ts';
import { activeKeyRule, fileRules, privateKeyRule } from './secret-rules.ts';
import { type View, tokensIn } from './secret-tokens.ts';
import type { SecretRule } from './token-rules.ts';

/** How far a piece reaches back into the one before it; no secret is longer. */
export const scanOverlapBytes = 2048;

/** A part of a file in a buffer that also contains what is before it. */
export interface Piece {
  readonly buffer: Buffer;
  /** Where the new part begins and ends in the buffer. */
  readonly start: number;
  readonly end: number;
  /** Offset in the file of the new part. */
  readonly offset: number;
  /** Whether the file ends with this part. */
  readonly isLast: boolean;
}

interface ScanOptions {
  /** Rules, paths and globs whose findings are allowed. */
  readonly allow: readonly string[];
  /** Values that are looked for in any encoding. */
  readonly secrets?: readonly string[] | undefined;
}

type Matchers = ReadonlyMap<string, (path: string) => boolean>;

export async function createSecretScan(options: ScanOptions): Promise<SecretScan> {
  const globs = options.allow.filter((entry) => /[*?[]/.test(entry));
  if (globs.length === 0) return new SecretScan(options, new Map());
  const { matcher } = await import('./ignore-rules.ts');
  return new SecretScan(options, new Map(globs.map((glob) => [glob, matcher(glob)])));
}

export class SecretScan {
  readonly #allow: readonly string[];
  readonly #matchers: Matchers;
  readonly #known: KnownSecrets;
  readonly #usedAllows = new Set<string>();
  readonly #sightings = new Map<string, Sighting>();

  /** @param matchers for the entries of `allow` that are globs */
  constructor({ allow, secrets = [] }: ScanOptions, matchers: Matchers) {
    this.#allow = allow;
    this.#matchers = matchers;
    this.#known = new KnownSecrets(secrets);
  }

  /** What refuses the bundle, one for each rule and file. */
  get blocked(): readonly Sighting[] {
    return [...this.#sightings.values()].filter(({ isWarning }) => !isWarning);
  }

  get warnings(): readonly Sighting[] {
    return [...this.#sightings.values()].filter(({ isWarning }) => isWarning);
  }

  /** Entries of `allow` that matched no finding. */
  get unusedAllows(): readonly string[] {
    return this.#allow.filter((entry) => !this.#usedAllows.has(entry));
  }

  /** Whether a check besides this scan is allowed to fail. */
  allows(id: string): boolean {
    const isAllowed = this.#allow.includes(id);
    if (isAllowed) this.#usedAllows.add(id);
    return isAllowed;
  }

  /** @param absolutePath where the bytes are, since a link must not hide the name `.env` */
  name({ path, absolutePath }: { path: string; absolutePath: string }): void {
    const names = [basename(path), basename(absolutePath)];
    const rule = fileRules.find(
      ({ name, content }) => content === undefined && names.some((text) => name.test(text)),
    );
    if (rule !== undefined) this.#note(path, rule);
  }

  content(path: string, piece: Piece): void {
    const from = piece.start - Math.min(piece.offset, scanOverlapBytes);
    const bytes = piece.buffer.subarray(from, piece.end);
    const origin = piece.offset - (piece.start - from);
    const view = { bytes, isStart: origin === 0, isEnd: piece.isLast };
    const known = this.#known.find(bytes);
    if (known !== undefined) this.#note(path, activeKeyRule, origin + known);
    for (const at of privateKeys(bytes)) this.#note(path, privateKeyRule, origin + at);
    this.#fileContent(path, bytes, origin);
    this.#tokens(path, view, (at) => origin + at);
    const parity = utf16Parity(bytes);
    if (parity === undefined) return;
    const narrow = {
      ...view,
      bytes: Buffer.from(bytes.filter((_byte, index) => index % 2 === parity)),
    };
    this.#tokens(path, narrow, (at) => origin + 2 * at);
  }

  #fileContent(path: string, bytes: Buffer, origin: number): void {
    const name = basename(path);
    for (const rule of fileRules) {
      if (rule.content === undefined || !rule.name.test(name)) continue;
      const match = rule.content.exec(bytes.toString('latin1'));
      if (match !== null) this.#note(path, rule, origin + match.index);
    }
  }

  #tokens(path: string, view: View, offsetOf: (at: number) => number): void {
    const active = this.#sightings.get(keyOf(path, activeKeyRule));
    for (const { rule, at } of tokensIn(view)) {
      // The active key is reported once.
      if (active?.offset !== offsetOf(at)) this.#note(path, rule, offsetOf(at));
    }
  }

  #note(path: string, rule: SecretRule, offset?: number): void {
    const { id, message, isWarning = false } = rule;
    const allowedBy = this.#allow.filter((entry) => this.#matches(entry, path, id));
    for (const entry of allowedBy) this.#usedAllows.add(entry);
    const key = keyOf(path, rule);
    if (allowedBy.length === 0 && !this.#sightings.has(key))
      this.#sightings.set(key, { path, rule: id, message, isWarning, offset });
  }

  #matches(entry: string, path: string, id: string): boolean {
    if (entry === id || entry.replace(/^\.\//, '') === path) return true;
    return this.#matchers.get(entry)?.(path) ?? false;
  }
}

function keyOf(path: string, { id }: SecretRule): string {
  return `${id} ${path}`;
}

/** Which bytes of UTF-16 text carry its ASCII letters, even ones or odd ones. */
function utf16Parity(bytes: Buffer): 0 | 1 | undefined {
  const nuls = [0, 0];
  const sample = Math.min(bytes.length, 64);
  for (let at = 0; at < sample; at += 1)
    if (bytes[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (odd * 4 > sample && even === 0) return 0;
  return even * 4 > sample && odd === 0 ? 1 : undefined;
}
