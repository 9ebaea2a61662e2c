/** `lumio.config.json`, which links a project to its extension, and the `package.json` beside it. */
import { dirname, join } from 'node:path';
import { LumioError } from '../errors.ts';
import { decodeText, readRegularFile } from '../input/bytes.ts';
import { editJsonObject, type JsonObject, readJsonObject } from '../input/json.ts';
import { replaceFile } from '../shared/atomic-write.ts';

export const manifestName = 'lumio.config.json';

/** What is read of a manifest. A key that is absent, null or an empty text counts as not given. */
export interface Manifest {
  /** Absolute path of the file. */
  readonly path: string;
  /** Absolute path of the folder it stands in: the project. */
  readonly folder: string;
  readonly extensionId: string | undefined;
  /** As written, not checked; see `resolveVersion`. */
  readonly version: string | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Every key of the file, known or not. */
  readonly raw: JsonObject;
}

export interface PackageJson {
  readonly path: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const maxBytes = 1024 * 1024;
const schemaUrl = 'https://docs.lumio.vision/schemas/lumio.config.schema.json';

/**
 * The nearest `lumio.config.json`, from a folder upwards.
 * @param cwd absolute path of the folder to start in
 * @returns undefined when there is none up to the root
 * @throws LumioError usage: broken JSON (with line and column), a wrong type (with the key); refused: no regular file, not UTF-8, larger than 1 MiB
 */
export async function findManifest(cwd: string): Promise<Manifest | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = await readManifest(folder);
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}

/**
 * The `lumio.config.json` of one folder, without looking above it.
 * @returns undefined when the folder has none
 * @throws LumioError as {@link findManifest}
 */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName);
  const raw = await readObject(path);
  if (raw === undefined) return undefined;
  const text = (key: string): string | undefined => textOf(raw, key, path);
  return {
    path,
    folder,
    extensionId: text('extensionId'),
    version: text('version'),
    name: text('name'),
    description: text('description'),
    raw,
  };
}

/**
 * @param folder absolute path
 * @returns name and version of the `package.json` in it; undefined when there is none
 * @throws LumioError as {@link findManifest}
 */
export async function readPackageJson(folder: string): Promise<PackageJson | undefined> {
  const path = join(folder, 'package.json');
  const raw = await readObject(path);
  return raw === undefined
    ? undefined
    : { path, name: textOf(raw, 'name', path), version: textOf(raw, 'version', path) };
}

/**
 * Sets keys of a manifest. All other keys and the way the file is written stay; a file that is absent is made, with its `$schema`.
 * The file is replaced in one step, so that no reader ever sees half of it.
 * @param path absolute path of the file
 * @param changes key → value that JSON can carry
 * @throws LumioError usage or refused, when what stands there is no JSON object or can't be written
 */
export async function editManifest(path: string, changes: JsonObject): Promise<void> {
  const bytes = await readRegularFile(path, maxBytes);
  if (bytes === undefined)
    return replaceFile(path, `${JSON.stringify({ $schema: schemaUrl, ...changes }, null, 2)}\n`);
  await readJsonObject(bytes, path);
  const text = decodeText(bytes, path);
  const mark = bytes.length > Buffer.byteLength(text) ? '\uFEFF' : '';
  await replaceFile(path, mark + (await editJsonObject(text, changes, path)));
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  const bytes = await readRegularFile(path, maxBytes);
  return bytes === undefined ? undefined : readJsonObject(bytes, path);
}

function textOf(raw: JsonObject, key: string, path: string): string | undefined {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new LumioError('usage', {
    code: 'invalid_config',
    message: `"${key}" in ${path} has to be a text, but is ${Array.isArray(value) ? 'a list' : `of type ${typeof value}`}.`,
    hint: `Put it in double quotes, like "${key}": "…".`,
  });
}
