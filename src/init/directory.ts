/**
 * The directory that `lumio init` links: what its files contain, its link, and the extension that
 * they describe.
 */
import { basename, dirname, join } from 'node:path';
import type { ExtensionInput } from '../api/resources.ts';
import { LumioError } from '../errors.ts';
import type { Prompter } from '../host.ts';
import { askForExtension } from '../project/choices.ts';
import {
  editManifest,
  findManifest,
  type Manifest,
  manifestName,
  type PackageJson,
  readManifest,
  readPackageJson,
} from '../project/manifest.ts';

export interface LinkedDirectory {
  /** Absolute path of its lumio.config.json, which may not exist. */
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** The nearest manifest above, if the directory has none. */
  readonly above: Manifest | undefined;
  readonly packageJson: PackageJson | undefined;
}

/** As in `npm init`. */
const firstVersion = '1.0.0';

/** @throws LumioError usage or refused, if a file is broken */
export async function readDirectory(cwd: string): Promise<LinkedDirectory> {
  const [manifest, packageJson] = [await readManifest(cwd), await readPackageJson(cwd)];
  const isRoot = dirname(cwd) === cwd;
  const above = manifest !== undefined || isRoot ? undefined : await findManifest(dirname(cwd));
  return { path: join(cwd, manifestName), manifest, above, packageJson };
}

/**
 * Writes the ID and the name, which messages show. A new file also gets a version if it needs one.
 * @throws LumioError refused, if the file can't be written
 */
export async function writeLink(
  directory: LinkedDirectory,
  extension: { id: string; name: string | null },
  version = firstVersion,
): Promise<void> {
  const name =
    extension.name ?? (directory.manifest === undefined ? directory.packageJson?.name : undefined);
  await editManifest(directory.path, {
    extensionId: extension.id,
    ...(name === undefined ? {} : { name }),
    ...(needsVersion(directory) ? { version } : {}),
  });
}

/** A copy of the version in package.json would go stale. */
export function needsVersion({ manifest, packageJson }: LinkedDirectory): boolean {
  return manifest === undefined && packageJson?.version === undefined;
}

export interface NewExtension {
  readonly name: string | undefined;
  readonly shortDescription: string | undefined;
}

/** A longer description doesn't fit into search results. */
const maxSummaryLength = 200;

/**
 * The body for `POST /extensions`, with description, pricing and visibility from lumio.config.json.
 * @param prompter asks for name and summary; undefined if prompts are disabled
 * @throws LumioError usage, if there is no name and prompts are disabled
 */
export async function newExtension(
  request: NewExtension,
  directory: LinkedDirectory,
  prompter: Prompter | undefined,
): Promise<ExtensionInput> {
  const known: NewExtension = {
    name: request.name ?? knownName(directory),
    shortDescription: request.shortDescription ?? knownSummary(directory),
  };
  const { name, shortDescription } =
    prompter === undefined || request.name !== undefined
      ? known
      : await askForExtension(prompter, {
          ...known,
          name: known.name ?? basename(dirname(directory.path)),
        });
  if (!isFilled(name))
    throw new LumioError('usage', {
      code: 'missing_input',
      message: 'No name specified for the new extension.',
      hint: 'Pass --name, or add "name" to lumio.config.json or package.json.',
      next: 'lumio init --create --name "My extension"',
    });
  return {
    name: name.trim(),
    ...(isFilled(shortDescription) ? { short_description: shortDescription.trim() } : {}),
    ...fromManifest(directory.manifest),
  };
}

function fromManifest(manifest: LinkedDirectory['manifest']): ExtensionInput {
  const { pricing, visibility } = manifest?.raw ?? {};
  return {
    ...(manifest?.description === undefined ? {} : { description: manifest.description }),
    ...(isPricing(pricing) ? { pricing } : {}),
    ...(typeof visibility === 'string' ? { visibility } : {}),
  };
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

/** The scope of a package (`@team/…`) isn't part of the name. */
function knownName({ manifest, packageJson }: LinkedDirectory): string | undefined {
  return manifest?.name ?? packageJson?.name?.replace(/^@[^/]*\//, '');
}

function knownSummary({ manifest }: LinkedDirectory): string | undefined {
  const text = manifest?.description ?? '';
  return text === '' || text.length > maxSummaryLength || text.includes('\n') ? undefined : text;
}

function isPricing(value: unknown): value is { type: string } {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}
