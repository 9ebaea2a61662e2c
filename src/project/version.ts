/**
 * Versions of an extension: Semantic Versioning 2.0.0, strictly; their order, and which comes next.
 * The only importer of semver.
 */
import compareBuild from 'semver/functions/compare-build.js';
import inc from 'semver/functions/inc.js';
import { LumioError } from '../errors.ts';
import { bareVersion, isSemver } from '../shared/semver.ts';
import type { Manifest, PackageJson } from './manifest.ts';

/** Of the semver package, and so of npm. */
const maxLength = 256;

export interface ChosenVersion {
  readonly version: string;
  /** `--version`, or the path of a file. */
  readonly source: string;
}

/** Semver 2.0.0 within the limits of npm: 256 characters, numbers up to 2^53 - 1. */
export function isVersion(text: string): boolean {
  const numbers = text.split(/[-+]/, 1)[0]?.split('.') ?? [];
  return (
    isSemver(text) &&
    text.length <= maxLength &&
    numbers.every((number) => Number(number) <= Number.MAX_SAFE_INTEGER)
  );
}

/** Anything else may be a misplaced secret, so errors don't repeat it. */
const nearlyVersion =
  /^\s*v?\.?\d{1,5}(?:\.\d{1,5}){0,4}(?:[-.+]?(?:alpha|beta|rc|next|dev|pre)[-.]?\d{0,5})?\s*$/i;

/**
 * @param source where the text comes from, for the error
 * @returns the text, unchanged
 * @throws LumioError usage, with the likely correction
 * @internal
 */
export function checkVersion(text: string, source: string): string {
  if (isVersion(text)) return text;
  const named = nearlyVersion.test(text) ? JSON.stringify(text) : 'The version';
  throw new LumioError('usage', {
    code: 'invalid_version',
    ...explainInvalid(text, `${named} (from ${source})`),
  });
}

function explainInvalid(text: string, named: string): { message: string; hint: string } {
  if (isSemver(text) && text.length > maxLength)
    return {
      message: `${named} has ${text.length} characters, more than npm's limit of ${maxLength}.`,
      hint: 'Use a shorter version.',
    };
  const limit = Number.MAX_SAFE_INTEGER;
  if (isSemver(text))
    return {
      message: `${named} contains a number above ${limit} (2^53 - 1), npm's limit.`,
      hint: 'Use smaller numbers.',
    };
  const corrected = bareVersion(text);
  const hint = isVersion(corrected)
    ? `Use ${corrected}.`
    : 'Use three numbers, such as 1.3.0, 1.3.0-beta.1 or 1.3.0+build.5.';
  return { message: `${named} isn't a valid semver version.`, hint };
}

/**
 * The option, `version` of `lumio.config.json` or of `package.json`, in this order.
 * The option may have a leading `v`.
 * @throws LumioError usage, if none is specified or the first one is invalid
 */
export function resolveVersion(from: {
  flag?: string | undefined;
  manifest?: Manifest | undefined;
  packageJson?: PackageJson | undefined;
}): ChosenVersion {
  if (from.flag !== undefined) {
    const bare = from.flag.replace(/^v/i, '');
    const version = isVersion(bare) ? bare : from.flag;
    return { version: checkVersion(version, '--version'), source: '--version' };
  }
  for (const file of [from.manifest, from.packageJson]) {
    if (file?.version !== undefined)
      return { version: checkVersion(file.version, file.path), source: file.path };
  }
  throw new LumioError('usage', {
    code: 'no_version',
    message: 'No version specified.',
    hint:
      'Pass --version <semver> or --bump <major|minor|patch>, or add "version" to ' +
      'lumio.config.json or package.json.',
  });
}

export type BumpKind = 'major' | 'minor' | 'patch';

/**
 * The version after the highest one. As with `npm version`, `2.0.0-beta.1` and `patch` give
 * `2.0.0`.
 * @param versions all versions on the server; invalid ones are ignored
 */
export function bumpVersion(kind: BumpKind, versions: readonly string[]): string {
  const highest = highestOf(versions) ?? '0.0.0';
  const next = inc(highest, kind);
  if (next !== null && isVersion(next)) return next;
  throw new LumioError('usage', {
    code: 'invalid_version',
    message: `No ${kind} version can follow ${highest}.`,
    hint: 'Pass --version <semver> instead of --bump.',
  });
}

/** @returns the highest of the versions, if it is above this one */
export function higherThan(version: string, versions: readonly string[]): string | undefined {
  const highest = highestOf(versions);
  return highest !== undefined && isVersion(version) && compareBuild(highest, version) > 0
    ? highest
    : undefined;
}

function highestOf(versions: readonly string[]): string | undefined {
  return versions.filter(isVersion).sort(compareBuild).at(-1);
}

/** Sorts lowest first, by precedence and then build metadata; invalid versions come first. */
export function compareVersions(left: string, right: string): number {
  if (isVersion(left) && isVersion(right)) return compareBuild(left, right);
  if (isVersion(left) !== isVersion(right)) return isVersion(left) ? 1 : -1;
  return left < right ? -1 : Number(left > right);
}
