/** What the secret scan reports, and the error that refuses the bundle. */
import { closeSync, openSync, readSync } from 'node:fs';
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { SelectedFile } from './walk.ts';

export interface Finding {
  /** Relative to the packed directory, `/` separated. */
  readonly path: string;
  /** What `--allow` accepts besides the path. */
  readonly rule: string;
  /** What it is, without the secret itself. */
  readonly message: string;
  /** Counted from 1; absent if the name of the file is the reason. */
  readonly line?: number;
}

/** A finding before lines are counted. */
export interface Sighting {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
  readonly isWarning: boolean;
  /** Offset in the file; absent if the name of the file is the reason. */
  readonly offset?: number | undefined;
}

/** More findings than this are only in `details.findings`. */
const maxListed = 10;

/** @param findings at least one */
export function secretsFound(findings: readonly Finding[]): LumioError {
  const listed = findings.slice(0, maxListed).map(describe);
  const more = findings.length > maxListed ? `; and ${findings.length - maxListed} more` : '';
  const count = findings.length === 1 ? 'a possible secret' : `${findings.length} possible secrets`;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return new LumioError('refused', {
    code: 'secret_found',
    message: `Found ${count} in the bundle: ${listed.join('; ')}${more}.`,
    hint: `Remove ${findings.length === 1 ? 'it' : 'them'}, or exclude the files in .lumioignore. To upload anyway: ${rules.map((rule) => `--allow ${shellQuote(rule)}`).join(' ')}.`,
    details: { findings },
  });
}

/** Such as `assets/a.js:3 contains a GitHub token (github-token)`. */
function describe({ path, line, message, rule }: Finding): string {
  return `${path}${line === undefined ? '' : `:${line}`} ${message} (${rule})`;
}

/** Reads the file once more, which only a finding costs. */
export function withLine(sighting: Sighting, files: readonly SelectedFile[]): Finding {
  const { path, rule, message, offset } = sighting;
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined || offset === undefined) return { path, rule, message };
  return { path, rule, message, line: lineAt(file.absolutePath, offset) };
}

function lineAt(absolutePath: string, offset: number): number {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  const descriptor = openSync(absolutePath, 'r');
  try {
    let line = 1;
    for (let left = offset; left > 0;) {
      const count = readSync(descriptor, buffer, 0, Math.min(left, buffer.length), null);
      if (count === 0) break;
      line += countNewlines(buffer.subarray(0, count));
      left -= count;
    }
    return line;
  } finally {
    closeSync(descriptor);
  }
}

export function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
