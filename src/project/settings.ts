/** Settings of a project: `"lumio"` in its package.json. */
import { dirname, join } from 'node:path';
import { LumioError } from '../errors.ts';
import { readRegularFile } from '../input/bytes.ts';
import { isObject, type JsonObject, readJsonObject } from '../input/json.ts';
import { mostSimilar } from '../shared/similar.ts';

export interface Settings {
  /** The built directory, relative to the project. */
  readonly outDir: string | undefined;
  /** Rules and paths of the secret scan, in addition to `--allow`. */
  readonly allow: readonly string[];
  /** The changelog file, relative to the project. */
  readonly changelog: string | undefined;
  readonly profile: string | undefined;
  /** Sentences about unknown keys. */
  readonly warnings: readonly string[];
}

/** @internal Exported for tests. */
export const settingNames = ['outDir', 'allow', 'changelog', 'profile'] as const;

const maxBytes = 1024 * 1024;
const noSettings: Settings = {
  outDir: undefined,
  allow: [],
  changelog: undefined,
  profile: undefined,
  warnings: [],
};

/**
 * @param directory absolute path of the project
 * @throws LumioError usage: broken JSON, or a value of the wrong type
 */
export async function readSettings(directory: string): Promise<Settings> {
  return (await settingsIn(directory)) ?? noSettings;
}

/** The nearest settings, from a directory upwards. @throws LumioError as {@link readSettings} */
export async function findSettings(cwd: string): Promise<Settings> {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const found = await settingsIn(directory);
    if (found !== undefined) return found;
    if (directory === dirname(directory)) return noSettings;
  }
}

async function settingsIn(directory: string): Promise<Settings | undefined> {
  const path = join(directory, 'package.json');
  const bytes = await readRegularFile(path, maxBytes);
  const file: JsonObject = bytes === undefined ? {} : await readJsonObject(bytes, path);
  const raw = Object.hasOwn(file, 'lumio') ? file['lumio'] : undefined;
  if (raw === undefined) return undefined;
  if (!isObject(raw)) throw invalid('"lumio"', 'an object', path);
  return {
    outDir: stringOf(raw, 'outDir', path),
    allow: stringsOf(raw, 'allow', path),
    changelog: stringOf(raw, 'changelog', path),
    profile: stringOf(raw, 'profile', path),
    warnings: unknownKeys(raw, path),
  };
}

function unknownKeys(raw: JsonObject, path: string): string[] {
  return Object.keys(raw)
    .filter((key) => !settingNames.some((name) => name === key))
    .map((key) => {
      const similar = mostSimilar(key, settingNames);
      const hint = similar === undefined ? '' : ` Did you mean "${similar}"?`;
      return `${path}: lumio has no setting "${key}".${hint}`;
    });
}

function stringOf(raw: JsonObject, key: string, path: string): string | undefined {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalid(`"${key}" under "lumio"`, 'a string that is not empty', path);
}

function stringsOf(raw: JsonObject, key: string, path: string): readonly string[] {
  const value = Object.hasOwn(raw, key) ? raw[key] : [];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw invalid(`"${key}" under "lumio"`, 'an array of strings', path);
}

function invalid(what: string, expected: string, path: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_config',
    message: `${what} in ${path} must be ${expected}.`,
    hint: 'See "lumio help configuration".',
  });
}
