/** Finds the changelog of a version: the option, a file, or the version's section of `CHANGELOG.md`. */
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { LumioError } from '../errors.ts';
import {
  decodeText,
  inputName,
  type InputSource,
  readInput,
  readRegularFile,
} from '../input/bytes.ts';
import { changelogSection } from './changelog-section.ts';

export interface Changelog {
  readonly text: string;
  /** `--changelog`, `stdin`, or a path. */
  readonly source: string;
}

export interface ChangelogSources {
  /** `--changelog`, used as it is, even if empty. */
  readonly text?: string | undefined;
  /** `--changelog-file`: a path relative to `cwd`, or `-` for stdin. */
  readonly file?: string | undefined;
  readonly cwd: string;
  /** Called only for `-`. */
  readonly stdin: () => Readable;
  /** The project directory, where `CHANGELOG.md` is. */
  readonly directory: string;
  readonly version: string;
  readonly signal?: AbortSignal;
}

/** Twenty times the longest changelogs of well-known projects. */
const maxBytes = 16 * 1024 * 1024;

/**
 * @returns undefined if there is no `CHANGELOG.md`, or no text for the version in it
 * @throws LumioError usage: both options; refused: the file is missing, unreadable, not UTF-8, or larger than 16 MiB
 */
export async function resolveChangelog(from: ChangelogSources): Promise<Changelog | undefined> {
  if (from.text !== undefined && from.file !== undefined)
    throw new LumioError('usage', {
      code: 'conflicting_options',
      message: '--changelog and --changelog-file exclude each other.',
      hint: 'Use one of them.',
    });
  if (from.text !== undefined) return { text: from.text, source: '--changelog' };
  if (from.file !== undefined) return readFile(from, from.file);
  const source = join(from.directory, 'CHANGELOG.md');
  const bytes = await readRegularFile(source, maxBytes);
  const text =
    bytes === undefined ? undefined : changelogSection(decodeText(bytes, source), from.version);
  return text === undefined ? undefined : { text, source };
}

async function readFile(
  { cwd, stdin, signal }: ChangelogSources,
  file: string,
): Promise<Changelog> {
  const input: InputSource =
    file === '-' ? { kind: 'stdin', stream: stdin() } : { kind: 'file', path: resolve(cwd, file) };
  const source = inputName(input);
  const bytes = await readInput(input, { maxBytes, ...(signal === undefined ? {} : { signal }) });
  return { text: decodeText(bytes, source).trim(), source };
}
