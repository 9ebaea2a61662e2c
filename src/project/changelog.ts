/** What a version's changelog says: the flag, a file, or the version's section of `CHANGELOG.md`. */
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
  /** Where it stands: `--changelog`, `stdin`, or a path. */
  readonly source: string;
}

export interface ChangelogSources {
  /** `--changelog`; taken as it is, also when it is empty. */
  readonly text?: string | undefined;
  /** `--changelog-file`: a path relative to `cwd`, or `-` for stdin. */
  readonly file?: string | undefined;
  readonly cwd: string;
  /** Called only for `-`. */
  readonly stdin: () => Readable;
  /** The folder where `CHANGELOG.md` is looked for: the project. */
  readonly folder: string;
  readonly version: string;
  readonly signal?: AbortSignal;
}

/** Twenty times the longest changelogs of well-known projects. */
const maxBytes = 16 * 1024 * 1024;

/**
 * @returns undefined when nothing was given and `CHANGELOG.md` is absent or has no text for the version
 * @throws LumioError usage: both flags given; refused: the file is absent, unreadable, not UTF-8, larger than 16 MiB
 */
export async function resolveChangelog(from: ChangelogSources): Promise<Changelog | undefined> {
  if (from.text !== undefined && from.file !== undefined) throw twoGiven();
  if (from.text !== undefined) return { text: from.text, source: '--changelog' };
  if (from.file !== undefined) return readGiven(from, from.file);
  const source = join(from.folder, 'CHANGELOG.md');
  const bytes = await readRegularFile(source, maxBytes);
  const text =
    bytes === undefined ? undefined : changelogSection(decodeText(bytes, source), from.version);
  return text === undefined ? undefined : { text, source };
}

async function readGiven(
  { cwd, stdin, signal }: ChangelogSources,
  file: string,
): Promise<Changelog> {
  const source: InputSource =
    file === '-' ? { kind: 'stdin', stream: stdin() } : { kind: 'file', path: resolve(cwd, file) };
  const bytes = await readInput(source, { maxBytes, ...(signal === undefined ? {} : { signal }) });
  return { text: decodeText(bytes, inputName(source)).trim(), source: inputName(source) };
}

function twoGiven(): LumioError {
  return new LumioError('usage', {
    code: 'conflicting_options',
    message: 'The changelog is given twice, by --changelog and by --changelog-file.',
    hint: 'Give one of them.',
  });
}
