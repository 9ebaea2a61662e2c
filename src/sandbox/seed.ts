/** Turns a seed into a state: fills in what it omits and checks what the schema can't. */
import { LumioError } from '../errors.ts';
import { isSemver } from '../shared/semver.ts';
import { check } from '../shared/check.ts';
import example from './example.json';
import {
  idPattern,
  isoTime,
  newId,
  newSlug,
  slugPattern,
  type ExtensionRecord,
  type State,
  type VersionRecord,
} from './state.ts';
import { type Seed, Seed as SeedSchema, minimalExtension } from './validation.ts';

type SeedExtension = Seed['extensions'][number];
type SeedVersion = SeedExtension['versions'][number];

/** Creates the error for a path; '' is the document itself. */
type CreateError = (path: string, problem: string) => LumioError;

/**
 * The initial state without a seed: the example on the API page, so that its `curl` commands get
 * the documented responses.
 */
export const exampleState = (): State => stateFromSeed(example, 0);

/**
 * @param json parsed JSON of a `SandboxSeed`
 * @param nowMs for the times that the seed omits
 * @throws LumioError `usage`, with the path of the first mistake
 */
export function stateFromSeed(json: unknown, nowMs: number): State {
  return stateFrom(json, nowMs, (path, problem) => {
    return new LumioError('usage', {
      code: 'bad_seed',
      message: `The seed is invalid: ${path === '' ? 'the document' : path} ${problem}.`,
      hint: 'A minimal seed is {"extensions": [{"name": "My Extension"}]}.',
    });
  });
}

export function stateFrom(json: unknown, nowMs: number, error: CreateError): State {
  const seed = check(SeedSchema, json, ({ path, problem }) => error(path, problem));
  const extensions: ExtensionRecord[] = [];
  for (const [index, entry] of seed.extensions.entries()) {
    const path = `extensions.${index}`;
    const slugs = [
      ...seed.extensions.map((other) => other.slug ?? ''),
      ...extensions.map((other) => other.slug),
    ];
    const extension = complete(entry, slugs, nowMs);
    if (extensions.some((other) => other.id === extension.id))
      throw error(`${path}.id`, 'appears twice');
    if (extensions.some((other) => other.slug === extension.slug))
      throw error(`${path}.slug`, 'appears twice');
    checkExtension(extension, path, error);
    extensions.push(extension);
  }
  return { extensions };
}

function complete(seed: SeedExtension, slugs: readonly string[], nowMs: number): ExtensionRecord {
  const now = isoTime(nowMs);
  const versions = seed.versions.map((version) => completeVersion(version, now));
  const approved = versions.findLast((version) => version.status === 'approved');
  const createdAt = seed.createdAt ?? now;
  return {
    ...seed,
    id: seed.id ?? newId('ext'),
    slug: seed.slug ?? newSlug(seed.name, slugs),
    status: seed.status ?? (approved === undefined ? 'draft' : 'approved'),
    currentVersionId: seed.currentVersionId ?? approved?.id ?? null,
    everPublic: seed.everPublic || isListed(seed.visibility),
    createdAt,
    updatedAt: seed.updatedAt ?? createdAt,
    versions,
  };
}

/** A draft without versions. @param state whose slugs are taken */
export function newExtension(name: string, { extensions }: State, nowMs: number): ExtensionRecord {
  const slugs = extensions.map(({ slug }) => slug);
  return complete(minimalExtension(name), slugs, nowMs);
}

export function isListed(visibility: string): boolean {
  return visibility === 'public' || visibility === 'paid';
}

function completeVersion(seed: SeedVersion, now: string): VersionRecord {
  const status = seed.status ?? 'approved';
  const submittedAt = seed.submittedAt ?? now;
  return {
    id: seed.id ?? newId('ver'),
    version: seed.version,
    status,
    changelog: seed.changelog ?? null,
    bundleSizeBytes: seed.bundleSizeBytes ?? null,
    submittedAt,
    approvedAt: seed.approvedAt ?? (status === 'approved' ? submittedAt : null),
  };
}

function checkExtension(extension: ExtensionRecord, path: string, error: CreateError): void {
  const { installs, versions, secrets } = extension;
  const active = activeInstalls(installs.byVersion);
  if (active > installs.total)
    throw error(
      `${path}.installs.total`,
      `is less than the ${active} active installs of byVersion`,
    );
  for (const [index, { version }] of versions.entries()) {
    if (!isSemver(version))
      throw error(
        `${path}.versions.${index}.version`,
        'must be a semantic version such as "1.2.0"',
      );
  }
  if (hasDuplicates(versions.map((version) => version.version)))
    throw error(`${path}.versions`, 'contains the same version twice');
  if (hasDuplicates(versions.map((version) => version.id)))
    throw error(`${path}.versions`, 'contains the same id twice');
  if (hasDuplicates(secrets.map((secret) => secret.key)))
    throw error(`${path}.secrets`, 'contains the same key twice');
}

function hasDuplicates(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
}

export function activeInstalls(byVersion: Readonly<Record<string, number>>): number {
  return Object.values(byVersion).reduce((sum, count) => sum + count, 0);
}

/** The extension in the user's `lumio.config.json`. */
export interface LinkedExtension {
  /** ID or slug. */
  readonly extension: string;
  readonly name: string | undefined;
}

/** IDs may be UUIDs, which look like slugs. */
const uuidPattern = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/**
 * Adds the extension to the state as a private draft without versions, unless it exists.
 * @returns its ID or slug; undefined if nothing was added
 */
export function addLinkedExtension(
  state: State,
  linked: LinkedExtension,
  nowMs: number,
): string | undefined {
  const reference = linked.extension.trim();
  if (!idPattern.test(reference)) return undefined;
  if (state.extensions.some(({ id, slug }) => id === reference || slug === reference))
    return undefined;
  const name = linked.name?.trim().slice(0, 255) ?? '';
  const created = newExtension(name === '' ? reference : name, state, nowMs);
  const isSlug = slugPattern.test(reference) && !uuidPattern.test(reference);
  state.extensions.push(isSlug ? { ...created, slug: reference } : { ...created, id: reference });
  return reference;
}
