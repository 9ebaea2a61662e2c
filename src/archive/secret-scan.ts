/**
 * What must not go out with a bundle. It works on the very bytes that are packed, while they are packed, so no file is read twice
 * and none can change in between.
 */
import { basename } from 'node:path';
import { shellQuote } from '../shared/shell-quote.ts';
import { LumioError } from '../errors.ts';
import { keyNear, ruleForName, ruleForRun, shortestToken } from './secret-rules.ts';

/** How far a piece reaches back into the one before it, so that nothing hides at a border; no secret looked for is longer. */
export const scanOverlapBytes = 1024;

export interface Finding {
  /** Relative to the packed folder, `/` separated. */
  readonly path: string;
  /** What `--allow` takes besides the path. */
  readonly rule: string;
  /** What it is, without the secret itself. */
  readonly message: string;
  /** Counted from 1; absent when the name gave it away. */
  readonly line?: number;
}

/** Where in a file a secret stands, before lines are counted. */
export interface Sighting {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
  /** Offset in the file; absent when the name gave it away. */
  readonly offset?: number;
}

/** A part of a file in a buffer that also holds what stands before it. */
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

export class SecretScan {
  readonly #allowed: ReadonlySet<string>;
  readonly #used = new Set<string>();
  readonly #sightings = new Map<string, Sighting>();

  /** @param allow rules and paths whose findings are meant */
  constructor(allow: readonly string[]) {
    this.#allowed = new Set(allow.map((entry) => entry.replace(/^\.\//, '')));
  }

  /** What was found and not allowed, one for each rule and file. */
  get blocked(): readonly Sighting[] {
    return [...this.#sightings.values()];
  }

  /** Entries of `allow` that met nothing. */
  unusedAllows(allow: readonly string[]): readonly string[] {
    return allow.filter((entry) => !this.#used.has(entry.replace(/^\.\//, '')));
  }

  /** @param absolutePath where the bytes are: a link must not hide that they come from `.env` */
  name({ path, absolutePath }: { path: string; absolutePath: string }): void {
    const rule = ruleForName(basename(path)) ?? ruleForName(basename(absolutePath));
    if (rule !== undefined) this.#note({ path, ...rule });
  }

  content(path: string, piece: Piece): void {
    const from = piece.start - Math.min(piece.offset, scanOverlapBytes);
    this.#keys(path, piece, from);
    this.#tokens(path, piece, from);
  }

  #keys(path: string, { buffer, start, end, offset }: Piece, from: number): void {
    const view = buffer.subarray(from, end);
    for (
      let at = view.indexOf('PRIVATE KEY');
      at !== -1;
      at = view.indexOf('PRIVATE KEY', at + 1)
    ) {
      const rule = keyNear(view, at);
      if (rule !== undefined) this.#note({ path, ...rule, offset: offset + from + at - start });
    }
  }

  #tokens(path: string, { buffer, start, end, offset, isLast }: Piece, from: number): void {
    for (const run of longRuns(buffer, from, end)) {
      // A run that touches a border may be cut there; it is whole in the piece before or after.
      const isWhole = (run.start > from || offset === start - from) && (run.end < end || isLast);
      const before = run.start > from ? buffer.toString('latin1', run.start - 1, run.start) : '';
      const rule = isWhole
        ? ruleForRun(buffer.toString('latin1', run.start, run.end), before)
        : undefined;
      if (rule !== undefined) this.#note({ path, ...rule, offset: offset + run.start - start });
    }
  }

  #note(sighting: Sighting): void {
    const allowedBy = [sighting.path, sighting.rule].filter((entry) => this.#allowed.has(entry));
    for (const entry of allowedBy) this.#used.add(entry);
    const key = `${sighting.rule} ${sighting.path}`;
    if (allowedBy.length === 0 && !this.#sightings.has(key)) this.#sightings.set(key, sighting);
  }
}

const isTokenByte = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'))
  isTokenByte[byte] = 1;

/**
 * A token is a whole run of letters, digits, `_` and `-`; runs that long are rare in text. So only every twentieth byte has to be
 * looked at, and from there backwards to the first byte that can't belong to a run (Boyer and Moore's idea).
 */
function longRuns(buffer: Buffer, from: number, end: number): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  let lowest = from;
  for (let probe = from + shortestToken - 1; probe < end; probe = lowest + shortestToken - 1) {
    let at = probe;
    while (at >= lowest && isTokenByte[buffer[at] ?? 0] === 1) at -= 1;
    if (at >= lowest) {
      lowest = at + 1;
      continue;
    }
    let after = probe + 1;
    while (after < end && isTokenByte[buffer[after] ?? 0] === 1) after += 1;
    runs.push({ start: lowest, end: after });
    lowest = after + 1;
  }
  return runs;
}

/** The one error for all findings. @param findings at least one */
export function secretsFound(findings: readonly Finding[]): LumioError {
  const told = findings.map(
    ({ path, line, message, rule }) =>
      `${path}${line === undefined ? '' : `:${line}`} ${message} (${rule})`,
  );
  const allows = [...new Set(findings.map(({ path }) => `--allow ${shellQuote(path)}`))].slice(
    0,
    3,
  );
  return new LumioError('refused', {
    code: 'secret_found',
    message: `The bundle would give away ${findings.length === 1 ? 'a secret' : `${findings.length} secrets`}: ${told.slice(0, 10).join('; ')}${told.length > 10 ? '; …' : ''}.`,
    hint: `Take it out or name the file in .lumioignore. If it is meant to go out: ${allows.join(' ')}.`,
    details: { findings },
  });
}
