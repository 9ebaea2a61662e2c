/** `lumio.config.json`, which links a project to its extension, and the `package.json` next to it. */
import { dirname, join } from 'node:path';
import { LumioError } from '../errors.ts';
import { decodeText, readRegularFile } from '../input/bytes.ts';
import { editJsonObject, type JsonObject, readJsonObject } from '../input/json.ts';
import { mostSimilar } from '../shared/similar.ts';
import { replaceFile } from '../shared/atomic-write.ts';

export const manifestName = 'lumio.config.json';

/** The keys that lumio reads. Absent, null and empty are the same. */
export interface Manifest {
  /** Absolute path of the file. */
  readonly path: string;
  /** Absolute path of the project directory. */
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

const readKeys: readonly string[] = ['extensionId', 'version', 'name', 'description'];
const vendorKeys: readonly string[] =
  '$schema category targets server permissions egress fonts visibility pricing config_schema'.split(
    ' ',
  );
const maxBytes = 1024 * 1024;
const schemaUrl = 'https://docs.lumio.vision/schemas/lumio.config.schema.json';

/**
 * The nearest `lumio.config.json`, from a directory upwards.
 * @param cwd absolute path of the directory to start in
 * @throws LumioError usage: broken JSON, or a value of the wrong type; refused: not a regular file, not UTF-8, larger than 1 MiB
 */
export async function findManifest(cwd: string): Promise<Manifest | undefined> {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const found = await readManifest(directory);
    if (found !== undefined || directory === dirname(directory)) return found;
  }
}

/** The `lumio.config.json` of one directory. @throws LumioError as {@link findManifest} */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const path = join(directory, manifestName);
  const raw = await readObject(path);
  if (raw === undefined) return undefined;
  return {
    path,
    directory,
    extensionId: stringOf(raw, 'extensionId', path),
    version: stringOf(raw, 'version', path),
    name: stringOf(raw, 'name', path),
    description: stringOf(raw, 'description', path),
    raw,
    warnings: nearMisses(raw, path),
  };
}

/** @param directory absolute path. @throws LumioError as {@link findManifest} */
export async function readPackageJson(directory: string): Promise<PackageJson | undefined> {
  const path = join(directory, 'package.json');
  const raw = await readObject(path);
  if (raw === undefined) return undefined;
  return { path, name: stringOf(raw, 'name', path), version: stringOf(raw, 'version', path) };
}

/**
 * Sets keys and keeps the rest of the file, including its formatting. Creates a missing file.
 * @param path absolute
 * @throws LumioError usage or refused, if the file isn't a JSON object or can't be written
 */
export async function editManifest(path: string, changes: JsonObject): Promise<void> {
  const bytes = await readRegularFile(path, maxBytes);
  if (bytes === undefined)
    return replaceFile(path, `${JSON.stringify({ $schema: schemaUrl, ...changes }, null, 2)}\n`);
  await readJsonObject(bytes, path);
  const text = decodeText(bytes, path);
  const byteOrderMark = bytes.length > Buffer.byteLength(text) ? '\uFEFF' : '';
  await replaceFile(path, byteOrderMark + (await editJsonObject(text, changes, path)));
}

/** The other keys are for the vendor's own tools. */
function nearMisses(raw: JsonObject, path: string): string[] {
  const missing = readKeys.filter((key) => !Object.hasOwn(raw, key));
  return Object.keys(raw)
    .filter((key) => ![...readKeys, ...vendorKeys].includes(key))
    .flatMap((key) => {
      const similar = mostSimilar(key.toLowerCase(), missing) ?? mostSimilar(key, missing);
      return similar === undefined
        ? []
        : [`${path}: lumio doesn't read "${key}". Did you mean "${similar}"?`];
    });
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  const bytes = await readRegularFile(path, maxBytes);
  return bytes === undefined ? undefined : readJsonObject(bytes, path);
}

function stringOf(raw: JsonObject, key: string, path: string): string | undefined {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  const type = Array.isArray(value) ? 'array' : typeof value;
  throw new LumioError('usage', {
    code: 'invalid_config',
    message: `"${key}" in ${path} must be a string, not ${/^[ao]/.test(type) ? 'an' : 'a'} ${type}.`,
    hint: `Put the value in double quotes: "${key}": "…".`,
  });
}
