/** Which extension a command works on. One resolver for every command that has a target. */
import { LumioError } from '../errors.ts';
import type { Manifest } from './manifest.ts';
import { pathSegmentError } from './path-segment.ts';
import { mostSimilar } from '../shared/similar.ts';

export interface Target {
  readonly id: string;
  /** Known only where the extension was looked up. */
  readonly slug: string | undefined;
  readonly name: string | undefined;
  /** As it was written. */
  readonly value: string;
  readonly source: 'argument' | 'flag' | 'environment' | 'manifest' | 'choice';
  /** For people: `the argument`, `--extension`, `LUMIO_EXTENSION`, the path of the manifest, or `your choice`. */
  readonly sourceLabel: string;
}

/** What the list of extensions tells of one of them. */
export interface KnownExtension {
  readonly id: string;
  readonly slug?: string | null | undefined;
  readonly name?: string | null | undefined;
}

export interface TargetSources {
  /** The argument `[extension]`, if it was written. */
  readonly argument?: string | undefined;
  /** `--extension`, if it was written. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly manifest?: Manifest | undefined;
  /** The id that the person at the terminal chose, where nothing else names one. */
  readonly chosen?: string | undefined;
  /** `GET /extensions`; asked only when the value may be a slug. */
  readonly listExtensions: () => Promise<readonly KnownExtension[]>;
}

/** What was written, and where. */
export type NamedTarget = Pick<Target, 'source' | 'sourceLabel' | 'value'>;

/** Letters, digits and hyphens, as slugs are made of. Anything else is an id, which is an opaque text. */
const slugPattern = /^[a-z0-9-]+$/;
const shownAtMost = 10;

/**
 * The argument, else the flag, else `LUMIO_EXTENSION`, else `extensionId` of the manifest. What may be a slug is looked up, among the ids first.
 * @throws LumioError usage: none given, or a malformed one; not_found: no extension of the account has this id or slug; what `listExtensions` throws
 */
export async function resolveTarget(sources: TargetSources): Promise<Target> {
  const given = namedTarget(sources);
  const { value } = given;
  if (!maySlug(value)) return { id: value, slug: undefined, name: undefined, ...given };
  const all = await sources.listExtensions();
  const found = all.find(({ id }) => id === value) ?? all.find(({ slug }) => slug === value);
  if (found === undefined) throw unknown(given, all);
  return { id: found.id, slug: found.slug ?? undefined, name: found.name ?? undefined, ...given };
}

/** Whether a value may be a slug, so that only the server can tell whose. */
export function maySlug(value: string): boolean {
  return slugPattern.test(value);
}

/**
 * Which extension is named, without a look-up.
 * @throws LumioError usage: none is named, or a malformed one
 */
export function namedTarget(sources: Omit<TargetSources, 'listExtensions'>): NamedTarget {
  const given = pick(sources);
  if (given === undefined) throw unnamed();
  const flaw = pathSegmentError(given.value);
  if (flaw !== undefined) throw malformed(given, flaw);
  return given;
}

/** Whether an extension is named, rightly or wrongly. */
export function isNamed(sources: Omit<TargetSources, 'listExtensions'>): boolean {
  return pick(sources) !== undefined;
}

function pick({
  argument,
  flag,
  env,
  manifest,
  chosen,
}: Omit<TargetSources, 'listExtensions'>): NamedTarget | undefined {
  if (argument !== undefined)
    return { value: argument.trim(), source: 'argument', sourceLabel: 'the argument' };
  if (flag !== undefined) return { value: flag.trim(), source: 'flag', sourceLabel: '--extension' };
  const variable = env['LUMIO_EXTENSION']?.trim() ?? '';
  if (variable !== '')
    return { value: variable, source: 'environment', sourceLabel: 'LUMIO_EXTENSION' };
  if (manifest?.extensionId !== undefined)
    return { value: manifest.extensionId.trim(), source: 'manifest', sourceLabel: manifest.path };
  return chosen === undefined
    ? undefined
    : { value: chosen, source: 'choice', sourceLabel: 'your choice' };
}

function unnamed(): LumioError {
  return new LumioError('usage', {
    code: 'no_extension',
    message: 'It is not said which extension is meant.',
    hint: 'Give --extension <id or slug>, set LUMIO_EXTENSION, or put "extensionId" into lumio.config.json, which lumio init does for you.',
    next: 'lumio init',
  });
}

function malformed({ value, sourceLabel }: NamedTarget, flaw: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_extension',
    message: `The extension ${JSON.stringify(value)} from ${sourceLabel} ${flaw}.`,
    hint: 'Give an id or a slug as lumio extensions list shows them.',
    next: 'lumio extensions list',
  });
}

function unknown(
  { value, source, sourceLabel }: NamedTarget,
  all: readonly KnownExtension[],
): LumioError {
  const slugs = all.map(({ id, slug }) => slug ?? id);
  const similar = mostSimilar(value, slugs);
  return new LumioError('not_found', {
    code: 'extension_not_found',
    message: `Your account has no extension "${value}" (from ${sourceLabel}).`,
    hint:
      similar === undefined
        ? whatThereIs(slugs)
        : `Did you mean "${similar}"? ${whatThereIs(slugs)}`,
    next: source === 'manifest' ? 'lumio init' : 'lumio extensions list',
  });
}

function whatThereIs(slugs: readonly string[]): string {
  if (slugs.length === 0) return 'It has no extensions yet; lumio extensions create makes one.';
  const more = slugs.length > shownAtMost ? `, and ${slugs.length - shownAtMost} more` : '';
  return `There is: ${slugs.slice(0, shownAtMost).join(', ')}${more}.`;
}
