/** From a seed, or a state file, to a state: checks what a schema can't see and fills in what was left out. */
import { LumioError } from '../errors.ts';
import { isoTime, newId, newSlug } from './ids.ts';
import { isSemver } from '../shared/semver.ts';
import { type Seed, Seed as SeedSchema, check } from './validation.ts';
import { type ExtensionRecord, type State, type VersionRecord, blank } from './state.ts';

type SeedExtension = Seed['extensions'][number];
type SeedVersion = SeedExtension['versions'][number];

/** Makes the error for the rule that is broken at `path`; '' is the document itself. */
type OnMismatch = (path: string, problem: string) => LumioError;

/**
 * The state that a seed describes.
 * @param json parsed JSON in the form that `state.ts` describes
 * @param nowMs for the times that the seed leaves out
 * @throws LumioError `usage`, naming the path of the first mistake
 */
export function stateFromSeed(json: unknown, nowMs: number): State {
  return stateFrom(json, nowMs, (path, problem) => {
    return new LumioError('usage', {
      code: 'bad_seed',
      message: `The seed is wrong: ${path === '' ? 'the document' : path} ${problem}.`,
      hint: 'The least that works is {"extensions": [{"name": "My Extension"}]}.',
    });
  });
}

/** As {@link stateFromSeed}, with the error made by the caller. */
export function stateFrom(json: unknown, nowMs: number, mismatch: OnMismatch): State {
  const seed = check(SeedSchema, json, ({ path, problem }) => mismatch(path, problem));
  const extensions: ExtensionRecord[] = [];
  for (const [index, given] of seed.extensions.entries()) {
    const path = `extensions.${index}`;
    const slugs = [
      ...seed.extensions.map((other) => other.slug ?? ''),
      ...extensions.map((other) => other.slug),
    ];
    const extension = complete(given, slugs, nowMs);
    if (extensions.some((other) => other.id === extension.id))
      throw mismatch(`${path}.id`, 'is there twice');
    if (extensions.some((other) => other.slug === extension.slug))
      throw mismatch(`${path}.slug`, 'is there twice');
    checkParts(extension, path, mismatch);
    extensions.push(extension);
  }
  return { extensions };
}

function complete(given: SeedExtension, slugs: readonly string[], nowMs: number): ExtensionRecord {
  const now = isoTime(nowMs);
  const versions = given.versions.map((version) => completeVersion(version, now));
  const approved = versions.findLast((version) => version.status === 'approved');
  const createdAt = given.createdAt ?? now;
  return {
    ...given,
    id: given.id ?? newId('ext'),
    slug: given.slug ?? newSlug(given.name, slugs),
    status: given.status ?? (approved === undefined ? blank.status : 'approved'),
    currentVersionId: given.currentVersionId ?? approved?.id ?? null,
    everPublic: given.everPublic || isListed(given.visibility),
    createdAt,
    updatedAt: given.updatedAt ?? createdAt,
    versions,
  };
}

/** A draft of that name, without versions. @param state what it must not clash with */
export function newExtension(name: string, state: State, nowMs: number): ExtensionRecord {
  const now = isoTime(nowMs);
  const slug = newSlug(
    name,
    state.extensions.map((other) => other.slug),
  );
  return {
    ...blank,
    id: newId('ext'),
    slug,
    name,
    createdAt: now,
    updatedAt: now,
    versions: [],
    secrets: [],
  };
}

/** Whether extensions of this visibility stand in the public store. */
export function isListed(visibility: string): boolean {
  return visibility === 'public' || visibility === 'paid';
}

function completeVersion(given: SeedVersion, now: string): VersionRecord {
  const status = given.status ?? 'approved';
  const submittedAt = given.submittedAt ?? now;
  return {
    id: given.id ?? newId('ver'),
    version: given.version,
    status,
    changelog: given.changelog ?? null,
    bundleSizeBytes: given.bundleSizeBytes ?? null,
    submittedAt,
    approvedAt: given.approvedAt ?? (status === 'approved' ? submittedAt : null),
  };
}

function checkParts(extension: ExtensionRecord, path: string, mismatch: OnMismatch): void {
  const { installs, versions, secrets } = extension;
  const active = activeInstalls(installs.byVersion);
  if (active > installs.total)
    throw mismatch(
      `${path}.installs.total`,
      `is less than the ${active} active installs of byVersion`,
    );
  for (const [index, { version }] of versions.entries()) {
    if (!isSemver(version))
      throw mismatch(
        `${path}.versions.${index}.version`,
        'must be a semantic version such as "1.2.0"',
      );
  }
  if (hasTwice(versions.map((version) => version.version)))
    throw mismatch(`${path}.versions`, 'has the same version twice');
  if (hasTwice(versions.map((version) => version.id)))
    throw mismatch(`${path}.versions`, 'has the same id twice');
  if (hasTwice(secrets.map((secret) => secret.key)))
    throw mismatch(`${path}.secrets`, 'has the same key twice');
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
}

/** Active installs: the sum over the versions, so that the numbers always add up. */
export function activeInstalls(byVersion: Readonly<Record<string, number>>): number {
  return Object.values(byVersion).reduce((sum, count) => sum + count, 0);
}
