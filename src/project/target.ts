/** Resolves the extension that a command works on. */
import { dirname, relative } from 'node:path';
import { isRealApi, websiteOf, pathSegmentError } from '../api/api-url.ts';
import { LumioError } from '../errors.ts';
import { formatList } from '../shared/quantities.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { mostSimilar } from '../shared/similar.ts';
import type { Manifest } from './manifest.ts';

/** What names the extension, before any lookup. */
export interface NamedTarget {
  readonly value: string;
  readonly source: 'argument' | 'flag' | 'environment' | 'manifest' | 'choice';
  /**
   * For users: `the argument`, `--extension`, `LUMIO_EXTENSION`, the path of the manifest, or `your
   * choice`.
   */
  readonly sourceLabel: string;
}

export interface Target extends NamedTarget {
  readonly id: string;
  /** Known only after a lookup, like `name`. */
  readonly slug: string | undefined;
  readonly name: string | undefined;
}

/** The part of `GET /extensions` that resolving needs. */
export interface KnownExtension {
  readonly id: string;
  readonly slug?: string | null | undefined;
  readonly name?: string | null | undefined;
}

interface NameSources {
  readonly argument?: string | undefined;
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly manifest?: Manifest | undefined;
  /** Where a suggested command would run, absolute; default: the directory of the manifest. */
  readonly cwd?: string;
  /** The ID that the user chose from a list. */
  readonly chosen?: string | undefined;
}

export interface TargetSources extends NameSources {
  /** `GET /extensions`, called only if the value may be a slug. */
  readonly listExtensions: () => Promise<readonly KnownExtension[]>;
}

/** How messages name it: the slug, the name with the ID, or the ID alone. */
export function targetLabel({ id, slug, name }: Pick<Target, 'id' | 'slug' | 'name'>): string {
  return slug ?? (name === undefined ? id : `${name} (${id})`);
}

/** API page, Extensions. */
const idPattern = /^ext_\w+$/;
const maxListed = 10;

/**
 * The argument, `--extension`, `LUMIO_EXTENSION` or `extensionId` of the manifest, in this order.
 * @throws LumioError usage: none specified, or malformed; not_found: no such ID or slug
 */
export async function resolveTarget(sources: TargetSources): Promise<Target> {
  const named = namedTarget(sources);
  const { value } = named;
  if (!canBeSlug(value)) {
    const name = named.source === 'manifest' ? sources.manifest?.name : undefined;
    return { id: value, slug: undefined, name, ...named };
  }
  const all = await sources.listExtensions();
  const found = all.find(({ id }) => id === value) ?? all.find(({ slug }) => slug === value);
  if (found === undefined) throw unknownExtension(named, all, sources.cwd);
  return { id: found.id, slug: found.slug ?? undefined, name: found.name ?? undefined, ...named };
}

/** Looks up anything but an ID, so that a misplaced value never becomes part of a URL. */
export function canBeSlug(value: string): boolean {
  return !idPattern.test(value);
}

export function namedTarget(sources: NameSources): NamedTarget {
  const named = pick(sources);
  if (named === undefined) throw noExtension(sources.env['LUMIO_API_URL'] ?? '');
  const reason = pathSegmentError(named.value);
  if (reason !== undefined) throw invalidExtension(named, reason);
  return named;
}

/** Whether an extension is specified, valid or not. */
export function isNamed(sources: NameSources): boolean {
  return pick(sources) !== undefined;
}

function pick({ argument, flag, env, manifest, chosen }: NameSources): NamedTarget | undefined {
  const variable = env['LUMIO_EXTENSION']?.trim() ?? '';
  const sources = [
    { value: argument, source: 'argument', sourceLabel: 'the argument' },
    { value: flag, source: 'flag', sourceLabel: '--extension' },
    { value: variable || undefined, source: 'environment', sourceLabel: 'LUMIO_EXTENSION' },
    { value: manifest?.extensionId, source: 'manifest', sourceLabel: manifest?.path ?? '' },
    { value: chosen, source: 'choice', sourceLabel: 'your choice' },
  ] as const;
  for (const { value, ...origin } of sources)
    if (value !== undefined) return { value: value.trim(), ...origin };
  return undefined;
}

function noExtension(apiUrl: string): LumioError {
  const isSandbox = websiteOf(apiUrl) !== undefined && !isRealApi(apiUrl);
  return new LumioError('usage', {
    code: 'no_extension',
    message: 'No extension specified.',
    hint: isSandbox
      ? 'Pass --extension. The example extension of a sandbox is my-scoreboard.'
      : 'Pass --extension <id or slug>, set LUMIO_EXTENSION, ' +
        'or link this directory with "lumio init".',
    next: isSandbox ? 'lumio extensions list' : 'lumio init',
  });
}

function invalidExtension({ sourceLabel }: NamedTarget, reason: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_extension',
    message: `The extension from ${sourceLabel} ${reason}.`,
    hint: 'Specify an ID or slug from "lumio extensions list".',
    next: 'lumio extensions list',
  });
}

/**
 * The command that links a project to an extension.
 * @param directory of its lumio.config.json, absolute
 * @param cwd where the command would run, absolute
 */
export function linkCommand(directory: string, cwd: string): string {
  const path = relative(cwd, directory);
  return path === '' ? 'lumio init' : `lumio -C ${shellQuote(path)} init`;
}

function unknownExtension(
  { value, source, sourceLabel }: NamedTarget,
  all: readonly KnownExtension[],
  cwd: string | undefined,
): LumioError {
  const slugs = all.map(({ id, slug }) => slug ?? id);
  const similar = mostSimilar(value, slugs);
  return new LumioError('not_found', {
    code: 'extension_not_found',
    // An argument may be a misplaced value.
    message:
      'Your account has no ' +
      `${source === 'manifest' ? `extension "${value}"` : 'such extension'} (from ` +
      `${sourceLabel}).`,
    hint: `${similar === undefined ? '' : `Did you mean "${similar}"? `}${listed(slugs)}`,
    next:
      source === 'manifest'
        ? linkCommand(dirname(sourceLabel), cwd ?? dirname(sourceLabel))
        : 'lumio extensions list',
  });
}

function listed(slugs: readonly string[]): string {
  if (slugs.length === 0)
    return 'Your account has no extensions. Create one with "lumio extensions create".';
  return `Your extensions: ${formatList(slugs, maxListed)}.`;
}
