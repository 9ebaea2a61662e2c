/**
 * Finds the changelog of a version: an option, a file, or the version's section of the changelog
 * file.
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type LumioError, conflictingOptions, refusedFile } from '../errors.ts';
import type { Host } from '../host.ts';
import { decodeText, readBytes, readRegularFile } from '../input/bytes.ts';
import { readPackageJson, readSettings } from './manifest.ts';

export interface Changelog {
  readonly text: string;
  /** `--changelog`, `stdin`, or a path. */
  readonly source: string;
}

export interface ChangelogInput {
  /** `--changelog`, used unchanged, even if empty. */
  readonly changelog?: string | undefined;
  /** `--changelog-file`: a path, or `-` for stdin. */
  readonly changelogFile?: string | undefined;
}

export interface ChangelogResult {
  readonly changelog?: Changelog | undefined;
  /** The changelog file, if it has no section for the version. */
  readonly fileWithoutSection?: string;
}

/** Twenty times the longest changelogs of well-known projects. */
const maxBytes = 16 * 1024 * 1024;
/** In any case, best first. */
const fileNames = ['changelog.md', 'changes.md', 'history.md', 'changelog', 'changes', 'history'];

/**
 * @param root of the project
 * @param version undefined: not known yet, so no section is read
 * @throws LumioError usage: both options; refused: the file is missing, unreadable, not UTF-8, or
 * larger than 16 MiB
 */
export async function findChangelog(
  root: string,
  { changelog: text, changelogFile: file }: ChangelogInput,
  version: string | undefined,
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
): Promise<ChangelogResult> {
  if (text !== undefined && file !== undefined)
    throw conflictingOptions("--changelog and --changelog-file can't be combined.");
  if (text !== undefined) return { changelog: { text, source: '--changelog' } };
  if (file !== undefined) return { changelog: await readFile(file, host) };
  return version === undefined ? {} : findSection(root, version);
}

/** The section in the file of the settings, or in one with a usual name. */
async function findSection(root: string, version: string): Promise<ChangelogResult> {
  const { changelog: setting } = await readSettings(root);
  const source = setting === undefined ? await findChangelogFile(root) : resolve(root, setting);
  const bytes = source === undefined ? undefined : readRegularFile(source, maxBytes);
  if (source === undefined || bytes === undefined) {
    if (setting !== undefined) throw missingFile(source ?? '');
    return {};
  }
  const { changelogSection } = await import('./changelog-parser.ts');
  const name = (await readPackageJson(root).catch(() => undefined))?.name;
  const section = changelogSection(decodeText(bytes, source), version, name);
  return section === undefined
    ? { fileWithoutSection: source }
    : { changelog: { text: section, source } };
}

async function findChangelogFile(directory: string): Promise<string | undefined> {
  const entries: string[] = await readdir(directory).catch(() => []);
  entries.sort();
  const found = fileNames.map((known) => entries.find((name) => name.toLowerCase() === known));
  const best = found.find((name) => name !== undefined);
  return best === undefined ? undefined : join(directory, best);
}

async function readFile(
  file: string,
  host: Pick<Host, 'cwd' | 'stdin' | 'signal'>,
): Promise<Changelog | undefined> {
  const source = file === '-' ? 'stdin' : resolve(host.cwd, file);
  const text = decodeText(await readBytes(file, host), source).trim();
  return text === '' ? undefined : { text, source };
}

function missingFile(path: string): LumioError {
  const hint = 'Check "changelog" under "lumio" in package.json.';
  return refusedFile('no_such_file', `${path} doesn't exist.`, hint);
}
