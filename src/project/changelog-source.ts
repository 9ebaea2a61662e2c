/**
 * Finds the changelog of a version: an option, a file, or the version's section of the changelog
 * file.
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type LumioError, conflictingOptions, refusedFile } from '../errors.ts';
import type { Host } from '../host.ts';
import { decodeText, readBytes, readRegularFile } from '../input/bytes.ts';

export interface Changelog {
  readonly text: string;
  /** `--changelog`, `stdin`, or a path. */
  readonly source: string;
}

export interface ChangelogResult {
  readonly changelog: Changelog | undefined;
  /** The changelog file, if it has no section for the version. */
  readonly fileWithoutSection: string | undefined;
}

export interface ChangelogSources {
  /** `--changelog`, used unchanged, even if empty. */
  readonly text?: string | undefined;
  /** `--changelog-file`: a path, or `-` for stdin. */
  readonly file?: string | undefined;
  readonly host: Pick<Host, 'cwd' | 'stdin' | 'signal'>;
  readonly directory: string;
  /** `changelog` of the settings: a path relative to `directory`. */
  readonly changelogFile?: string | undefined;
  readonly version: string;
  readonly name?: string | undefined;
}

/** Twenty times the longest changelogs of well-known projects. */
const maxBytes = 16 * 1024 * 1024;
/** In any case, best first. */
const fileNames = ['changelog.md', 'changes.md', 'history.md', 'changelog', 'changes', 'history'];

/**
 * @throws LumioError usage: both options; refused: the file is missing, unreadable, not UTF-8, or
 * larger than 16 MiB
 */
export async function resolveChangelog(from: ChangelogSources): Promise<ChangelogResult> {
  if (from.text !== undefined && from.file !== undefined)
    throw conflictingOptions("--changelog and --changelog-file can't be combined.");
  if (from.text !== undefined) return found({ text: from.text, source: '--changelog' });
  if (from.file !== undefined) return found(await readFile(from, from.file));
  const source =
    from.changelogFile === undefined
      ? await findChangelogFile(from.directory)
      : resolve(from.directory, from.changelogFile);
  const bytes = source === undefined ? undefined : await readRegularFile(source, maxBytes);
  if (source === undefined || bytes === undefined) {
    if (from.changelogFile !== undefined) throw missingFile(source ?? '');
    return { changelog: undefined, fileWithoutSection: undefined };
  }
  const { changelogSection } = await import('./changelog-parser.ts');
  const text = changelogSection(decodeText(bytes, source), from.version, from.name);
  return text === undefined
    ? { changelog: undefined, fileWithoutSection: source }
    : found({ text, source });
}

async function findChangelogFile(directory: string): Promise<string | undefined> {
  const entries: string[] = await readdir(directory).catch(() => []);
  entries.sort();
  const found = fileNames.map((known) => entries.find((name) => name.toLowerCase() === known));
  const best = found.find((name) => name !== undefined);
  return best === undefined ? undefined : join(directory, best);
}

function found(changelog: Changelog | undefined): ChangelogResult {
  return { changelog, fileWithoutSection: undefined };
}

async function readFile({ host }: ChangelogSources, file: string): Promise<Changelog | undefined> {
  const source = file === '-' ? 'stdin' : resolve(host.cwd, file);
  const text = decodeText(await readBytes(file, host), source).trim();
  return text === '' ? undefined : { text, source };
}

function missingFile(path: string): LumioError {
  const hint = 'Check "changelog" under "lumio" in package.json.';
  return refusedFile('no_such_file', `${path} doesn't exist.`, hint);
}
