/** Versions of an extension, by Semantic Versioning 2.0.0 and nothing looser. */
import compareBuild from 'semver/functions/compare-build.js';
import inc from 'semver/functions/inc.js';
import parse from 'semver/functions/parse.js';
import { LumioError } from '../errors.ts';
import { isSemver } from '../shared/semver.ts';
import type { Manifest, PackageJson } from './manifest.ts';

export type BumpKind = 'major' | 'minor' | 'patch';

/** Of a text that is no version, more characters say no more. */
const longestShown = 80;

export interface ChosenVersion {
  readonly version: string;
  /** Where it stands: `--version`, or the path of a file. */
  readonly source: string;
}

/**
 * Whether lumio accepts a version: semver 2.0.0, with npm's limits (256 characters, numbers up to 2^53 - 1).
 * @internal
 */
export function isVersion(text: string): boolean {
  return isSemver(text) && parse(text) !== null;
}

/**
 * @param source where the text stands, named in the error
 * @returns the text, unchanged
 * @throws LumioError usage, with what was probably meant (`v1.2.3` → `1.2.3`)
 * @internal
 */
export function checkVersion(text: string, source: string): string {
  if (isVersion(text)) return text;
  const shown = JSON.stringify(
    text.length > longestShown ? `${text.slice(0, longestShown)}…` : text,
  );
  throw new LumioError('usage', {
    code: 'invalid_version',
    ...flawOf(text, `${shown} (from ${source})`),
  });
}

function flawOf(text: string, named: string): { message: string; hint: string } {
  const meant = text.trim().replace(/^v/i, '');
  if (isSemver(text)) {
    return text.length > 256
      ? {
          message: `${named} has ${text.length} characters.`,
          hint: 'Use at most 256 characters, the limit of npm.',
        }
      : {
          message: `${named} has a number beyond ${Number.MAX_SAFE_INTEGER} (2^53 - 1).`,
          hint: 'Use smaller numbers. Semver sets no limit, but npm does.',
        };
  }
  const hint = isVersion(meant)
    ? `Write it as ${meant}.`
    : 'It has three numbers, like 1.3.0, 1.3.0-beta.1 or 1.3.0+build.5.';
  return { message: `${named} is not a version by semver 2.0.0.`, hint };
}

/**
 * The flag, else `version` of `lumio.config.json`, else of `package.json`.
 * @throws LumioError usage, when none is given or the first that is given is no version
 */
export function resolveVersion(from: {
  flag?: string | undefined;
  manifest?: Manifest | undefined;
  packageJson?: PackageJson | undefined;
}): ChosenVersion {
  const [text, source] = firstGiven(from);
  return { version: checkVersion(text, source), source };
}

/**
 * The version after the highest one. A prerelease is followed by its release, as with `npm version`: `2.0.0-beta.1` and `patch` give `2.0.0`.
 * @param versions all versions on the server; what is no semver is passed over; none counts as `0.0.0`
 */
export function bumpVersion(kind: BumpKind, versions: readonly string[]): string {
  const highest = highestOf(versions) ?? '0.0.0';
  const next = inc(highest, kind);
  if (next !== null && isVersion(next)) return next;
  throw new LumioError('usage', {
    code: 'invalid_version',
    message: `There is no ${kind} version after ${highest}.`,
    hint: 'Give one with --version.',
  });
}

/** @returns the highest of some versions, where it is above this one */
export function higherThan(version: string, versions: readonly string[]): string | undefined {
  const highest = highestOf(versions);
  return highest !== undefined && isVersion(version) && compareBuild(highest, version) > 0
    ? highest
    : undefined;
}

function highestOf(versions: readonly string[]): string | undefined {
  return versions.filter(isVersion).sort(compareBuild).at(-1);
}

/** Order for sorting, lowest first, by precedence and then by build metadata; what is no semver comes first. */
export function compareVersions(left: string, right: string): number {
  if (isVersion(left) && isVersion(right)) return compareBuild(left, right);
  if (isVersion(left)) return 1;
  if (isVersion(right)) return -1;
  return left < right ? -1 : Number(left > right);
}

function firstGiven({
  flag,
  manifest,
  packageJson,
}: Parameters<typeof resolveVersion>[0]): readonly [text: string, source: string] {
  if (flag !== undefined) return [flag, '--version'];
  if (manifest?.version !== undefined) return [manifest.version, manifest.path];
  if (packageJson?.version !== undefined) return [packageJson.version, packageJson.path];
  throw new LumioError('usage', {
    code: 'no_version',
    message: 'It is not said which version this is.',
    hint: 'Give --version <semver> or --bump <major|minor|patch>, or put "version" into lumio.config.json or package.json.',
  });
}
