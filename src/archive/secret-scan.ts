/**
 * Finds secrets in a bundle. Scans the bytes while they are packed, so that no file is read twice
 * or changes in between.
 */
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { type DecodedPart, decodedParts } from './encoded-text.ts';
import { lastSegment } from './file-names.ts';
import { createFinder } from './known-secrets.ts';
import { longRuns } from './long-runs.ts';
import { privateKeys } from './private-key.ts';
import { activeKeyRule, fileRulesOf, privateKeyRule } from './secret-rules.ts';
import { type FoundToken, type View, tokensIn } from './secret-tokens.ts';
import type { SecretRule } from './token-rules.ts';

export interface Finding {
  /** Relative to the packed directory, `/` separated. */
  readonly path: string;
  /** What `--allow` accepts besides the path. */
  readonly rule: string;
  /** Description, without the secret itself. */
  readonly message: string;
  /** Counted from 1; absent if the name of the file is the reason. */
  readonly line?: number;
}

/** How much consecutive pieces overlap; no secret is longer. */
export const scanOverlapBytes = 2048;

/** A part of a file, in a buffer that also contains the bytes before it. */
export interface Piece {
  readonly buffer: Buffer;
  /** Where the new part begins and ends in the buffer. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly isLast: boolean;
}

export interface ScanOptions {
  /** Rules, paths and globs whose findings are allowed. */
  readonly allow: readonly string[];
  /** Values that must not be in the bundle in any encoding, such as the active API key. */
  readonly secrets?: readonly string[] | undefined;
}

/** A position in the buffer of a piece; it may be before the piece itself. */
interface Position {
  readonly piece: Piece;
  readonly at: number;
}

interface Found {
  readonly finding: Finding;
  readonly isWarning: boolean;
  /** In the file; absent if the name of the file is the reason. */
  readonly offset: number | undefined;
}

type PlaceOf = (at: number) => Position;
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
  readonly #findKnown: ReturnType<typeof createFinder>;
  readonly #usedAllows = new Set<string>();
  readonly #found = new Map<string, Found>();
  /** In the earlier pieces of the current file. */
  #newlinesBefore = 0;

  /** @param matchers for the entries of `allow` that are globs */
  constructor({ allow, secrets = [] }: ScanOptions, matchers: Matchers) {
    this.#allow = allow;
    this.#matchers = matchers;
    this.#findKnown = createFinder(secrets);
  }

  get blocked(): readonly Finding[] {
    return this.#findings(false);
  }

  get warnings(): readonly Finding[] {
    return this.#findings(true);
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
    const [name, realName] = [lastSegment(path), lastSegment(absolutePath)];
    const rules = fileRulesOf(name);
    if (realName !== name) rules.push(...fileRulesOf(realName));
    const rule = rules.find(({ content }) => content === undefined);
    if (rule !== undefined) this.#note(path, rule);
  }

  /** @param piece the pieces of a file come in order */
  content(path: string, piece: Piece): void {
    if (piece.offset === 0) this.#newlinesBefore = 0;
    const start = piece.start - Math.min(piece.offset, scanOverlapBytes);
    const bytes = piece.buffer.subarray(start, piece.end);
    const isStart = start + piece.offset === piece.start;
    const view = { bytes, isStart, isEnd: piece.isLast };
    const placeOf = (at: number): Position => ({ piece, at: start + at });
    const runs = longRuns(bytes);
    const known = this.#findKnown(bytes, runs);
    if (known !== undefined) this.#note(path, activeKeyRule, placeOf(known));
    for (const at of privateKeys(bytes)) this.#note(path, privateKeyRule, placeOf(at));
    this.#fileContent(path, bytes, placeOf);
    this.#tokens(path, tokensIn(view, runs), placeOf);
    for (const part of decodedParts(bytes)) this.#decoded(path, part, view, placeOf);
    if (!piece.isLast) this.#newlinesBefore += countNewlines(piece.buffer, piece.start, piece.end);
  }

  #decoded(path: string, part: DecodedPart, view: View, placeOf: PlaceOf): void {
    const placeOfPart = (at: number): Position => placeOf(part.offsetOf(at));
    const isStart = part.isStart && view.isStart;
    const isEnd = part.isEnd && view.isEnd;
    const runs = longRuns(part.bytes);
    const known = this.#findKnown(part.bytes, runs);
    if (known !== undefined) this.#note(path, activeKeyRule, placeOfPart(known));
    else this.#tokens(path, tokensIn({ bytes: part.bytes, isStart, isEnd }, runs), placeOfPart);
  }

  #fileContent(path: string, bytes: Buffer, placeOf: PlaceOf): void {
    for (const rule of fileRulesOf(lastSegment(path))) {
      const match = rule.content?.exec(bytes.toString('latin1'));
      if (match != null) this.#note(path, rule, placeOf(match.index));
    }
  }

  #tokens(path: string, tokens: Iterable<FoundToken>, placeOf: PlaceOf): void {
    for (const { rule, at } of tokens) {
      if (this.#found.has(keyOf(path, rule))) continue;
      const active = this.#found.get(keyOf(path, activeKeyRule));
      const place = placeOf(at);
      // The active key is reported once.
      if (active?.offset !== offsetOf(place)) this.#note(path, rule, place);
    }
  }

  #note(path: string, rule: SecretRule, place?: Position): void {
    const { id, message, isWarning = false } = rule;
    const allowedBy = this.#allow.filter((entry) => this.#matches(entry, path, id));
    for (const entry of allowedBy) this.#usedAllows.add(entry);
    const key = keyOf(path, rule);
    if (allowedBy.length > 0 || this.#found.has(key)) return;
    const line = place === undefined ? {} : { line: this.#lineOf(place) };
    const finding = { path, rule: id, message, ...line };
    this.#found.set(key, { finding, isWarning, offset: place && offsetOf(place) });
  }

  #lineOf({ piece: { buffer, start }, at }: Position): number {
    const sinceStart =
      at < start ? -countNewlines(buffer, at, start) : countNewlines(buffer, start, at);
    return 1 + this.#newlinesBefore + sinceStart;
  }

  #findings(areWarnings: boolean): Finding[] {
    const found = [...this.#found.values()].filter(({ isWarning }) => isWarning === areWarnings);
    return found.map(({ finding }) => finding).sort(byPlace);
  }

  #matches(entry: string, path: string, id: string): boolean {
    if (entry === id || entry.replace(/^\.\//, '') === path) return true;
    return this.#matchers.get(entry)?.(path) ?? false;
  }
}

function offsetOf({ piece: { offset, start }, at }: Position): number {
  return offset + at - start;
}

function byPlace(left: Finding, right: Finding): number {
  if (left.path !== right.path) return left.path < right.path ? -1 : 1;
  return (left.line ?? 0) - (right.line ?? 0);
}

function keyOf(path: string, { id }: SecretRule): string {
  return `${id} ${path}`;
}

function countNewlines(buffer: Buffer, start: number, end: number): number {
  const view = buffer.subarray(start, end);
  let count = 0;
  for (let at = view.indexOf('\n'); at !== -1; at = view.indexOf('\n', at + 1)) count += 1;
  return count;
}

/**
 * @param remedy an alternative to removing them, or the next step
 * @throws LumioError refused if there are any; several are only in `details.findings`
 */
export function refuseSecrets(
  findings: readonly Finding[],
  remedy = 'or exclude the files in .lumioignore',
): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  const isOne = others.length === 0;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  throw new LumioError('refused', {
    code: 'secret_found',
    message: isOne
      ? `Found a possible secret in the bundle: ${describe(first)}.`
      : `Found ${findings.length} possible secrets in the bundle.`,
    hint:
      `Remove ${isOne ? 'it' : 'them'}, ${remedy}. To upload anyway: ` +
      `${rules.map((rule) => `--allow ${shellQuote(rule)}`).join(' ')}.`,
    details: { findings },
  });
}

/** Such as `assets/a.js:3 contains a GitHub token (github-token)`. */
function describe({ path, line, message, rule }: Finding): string {
  return `${path}${line === undefined ? '' : `:${line}`} ${message} (${rule})`;
}
