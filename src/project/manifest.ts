/**
 * `lumio.config.json`, which links a project to its extension, and the `package.json` next to it
 * with the settings of lumio.
 */
import { dirname, join } from 'node:path';
import { type LumioError, usageError } from '../errors.ts';
import { decodeText, readRegularFile } from '../input/bytes.ts';
import { editJsonObject, readJsonObject } from '../input/json.ts';
import { replaceFile } from '../shared/atomic-write.ts';
import { type JsonObject, isObject, ownValue } from '../shared/object.ts';
import { mostSimilar } from '../shared/similar.ts';

export const manifestName = 'lumio.config.json';

/** The keys that lumio reads. Absent, null and empty are the same. */
export interface Manifest {
  readonly path: string;
  readonly directory: string;
  readonly extensionId: string | undefined;
  /** As written; see `resolveVersion`. */
  readonly version: string | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Every key of the file. */
  readonly raw: JsonObject;
  /** Sentences about keys that are nearly one that lumio reads. */
  readonly warnings: readonly string[];
}

export interface PackageJson {
  readonly path: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** `"lumio"` in the package.json of a project. */
export interface Settings {
  /** The built directory, relative to the project. */
  readonly outDir: string | undefined;
  /** Rules and paths of the secret scan, in addition to `--allow`. */
  readonly allow: readonly string[];
  readonly changelog: string | undefined;
  readonly profile: string | undefined;
  readonly warnings: readonly string[];
}

const manifestKeys: readonly string[] = ['extensionId', 'version', 'name', 'description'];
const vendorKeys: readonly string[] =
  '$schema category targets server permissions egress fonts visibility pricing config_schema'.split(
    ' ',
  );
/** @internal Exported for tests. */
export const settingNames = ['outDir', 'allow', 'changelog', 'profile'] as const;
const noSettings: Settings = {
  outDir: undefined,
  allow: [],
  changelog: undefined,
  profile: undefined,
  warnings: [],
};

const maxBytes = 1024 * 1024;
const schemaUrl = 'https://docs.lumio.vision/schemas/lumio.config.schema.json';

/**
 * The nearest `lumio.config.json`, from a directory upwards.
 * @param cwd absolute path of the directory to start in
 * @throws LumioError usage: broken JSON, or a value of the wrong type; refused: not a regular file,
 * not UTF-8, larger than 1 MiB
 */
export function findManifest(cwd: string): Promise<Manifest | undefined> {
  return nearest(cwd, readManifest);
}

/** The `lumio.config.json` of one directory. @throws LumioError as {@link findManifest} */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const path = join(directory, manifestName);
  const raw = await readObject(path);
  if (raw === undefined) return undefined;
  return {
    path,
    directory,
    extensionId: textOf(raw, 'extensionId', path),
    version: textOf(raw, 'version', path),
    name: textOf(raw, 'name', path),
    description: textOf(raw, 'description', path),
    raw,
    warnings: nearMisses(raw, path),
  };
}

/** @param directory absolute path. @throws LumioError as {@link findManifest} */
export async function readPackageJson(directory: string): Promise<PackageJson | undefined> {
  const path = join(directory, 'package.json');
  const raw = await readObject(path);
  return raw && { path, name: textOf(raw, 'name', path), version: textOf(raw, 'version', path) };
}

/** The nearest settings, from a directory upwards. @throws LumioError as {@link findManifest} */
export async function findSettings(cwd: string): Promise<Settings> {
  return (await nearest(cwd, settingsIn)) ?? noSettings;
}

/** @param directory absolute path of the project. @throws LumioError as {@link findManifest} */
export async function readSettings(directory: string): Promise<Settings> {
  return (await settingsIn(directory)) ?? noSettings;
}

async function nearest<Found>(
  cwd: string,
  read: (directory: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const found = await read(directory);
    if (found !== undefined || directory === dirname(directory)) return found;
  }
}

async function settingsIn(directory: string): Promise<Settings | undefined> {
  const path = join(directory, 'package.json');
  const raw = ownValue((await readObject(path)) ?? {}, 'lumio');
  if (raw === undefined) return undefined;
  if (!isObject(raw)) throw invalidSetting('"lumio"', 'an object', path);
  const textSetting = (key: string): string | undefined => {
    const value = ownValue(raw, key);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw invalidSetting(`"${key}" under "lumio"`, "a string that isn't empty", path);
  };
  const allow = ownValue(raw, 'allow') ?? [];
  if (!Array.isArray(allow) || !allow.every((entry) => typeof entry === 'string'))
    throw invalidSetting('"allow" under "lumio"', 'an array of strings', path);
  return {
    outDir: textSetting('outDir'),
    allow,
    changelog: textSetting('changelog'),
    profile: textSetting('profile'),
    warnings: unknownSettings(raw, path),
  };
}

/**
 * Sets keys and keeps the rest of the file, including its formatting. Creates a missing file.
 * @param path absolute
 * @throws LumioError usage or refused, if the file isn't a JSON object or can't be written
 */
export async function editManifest(path: string, changes: JsonObject): Promise<void> {
  const bytes = readRegularFile(path, maxBytes);
  if (bytes === undefined)
    return replaceFile(path, `${JSON.stringify({ $schema: schemaUrl, ...changes }, null, 2)}\n`);
  await readJsonObject(bytes, path);
  const text = decodeText(bytes, path);
  const byteOrderMark = bytes.length > Buffer.byteLength(text) ? '\uFEFF' : '';
  await replaceFile(path, byteOrderMark + (await editJsonObject(text, changes, path)));
}

/** The other keys are for the vendor's own tools. */
function nearMisses(raw: JsonObject, path: string): string[] {
  const missing = manifestKeys.filter((key) => !Object.hasOwn(raw, key));
  return Object.keys(raw)
    .filter((key) => ![...manifestKeys, ...vendorKeys].includes(key))
    .flatMap((key) => {
      const setting = settingNames.find((name) => name.toLowerCase() === key.toLowerCase());
      if (setting !== undefined)
        return [`${path}: lumio reads "${setting}" only under "lumio" in package.json.`];
      const similar = mostSimilar(key.toLowerCase(), missing) ?? mostSimilar(key, missing);
      return similar === undefined
        ? []
        : [`${path}: lumio doesn't read "${key}". Did you mean "${similar}"?`];
    });
}

function unknownSettings(raw: JsonObject, path: string): string[] {
  return Object.keys(raw)
    .filter((key) => !settingNames.some((name) => name === key))
    .map((key) => {
      const similar = mostSimilar(key, settingNames);
      const hint = similar === undefined ? '' : ` Did you mean "${similar}"?`;
      return `${path}: lumio has no setting "${key}".${hint}`;
    });
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  const bytes = readRegularFile(path, maxBytes);
  return bytes === undefined ? undefined : readJsonObject(bytes, path);
}

function textOf(raw: JsonObject, key: string, path: string): string | undefined {
  const value = ownValue(raw, key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  const type = Array.isArray(value) ? 'array' : typeof value;
  throw usageError(
    'invalid_config',
    `"${key}" in ${path} must be a string, not ${/^[ao]/.test(type) ? 'an' : 'a'} ${type}.`,
    `Put the value in double quotes: "${key}": "…".`,
  );
}

function invalidSetting(what: string, expected: string, path: string): LumioError {
  return usageError(
    'invalid_config',
    `${what} in ${path} must be ${expected}.`,
    'See "lumio help configuration".',
  );
}
