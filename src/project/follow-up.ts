/** Commands and links for what a user may do next. */
import { dirname } from 'node:path';
import { dashboardOf } from '../api/api-url.ts';
import type { Version } from '../api/resources.ts';
import { isInside } from '../shared/paths.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { type NamedTarget, type Target, linkCommand } from './target.ts';

/**
 * @param cwd where the follow-up command would run, absolute
 * @returns ` -e my-scoreboard`, or nothing if the environment or a lumio.config.json around `cwd`
 * already names it
 */
export function extensionArguments(
  { id, slug, value, source, sourceLabel }: Pick<Target, 'id' | 'slug' | keyof NamedTarget>,
  cwd: string,
): string {
  if (source === 'environment') return '';
  if (source === 'manifest' && isInside(cwd, dirname(sourceLabel))) return '';
  return ` -e ${shellQuote(slug ?? (source === 'flag' || source === 'argument' ? value : id))}`;
}

export interface FollowUp {
  /** Arguments after `lumio deploy`, such as ` build -e my-scoreboard`. */
  readonly deploy: string;
  /** Arguments that name the extension, such as ` -e my-scoreboard`. */
  readonly extension: string;
  /** Undefined if the API in use has no dashboard. */
  readonly dashboard: string | undefined;
}

/**
 * @param location what `lumio deploy` was called with
 * @param from where the next command runs, and the API in use
 */
export function followUpFor(
  location: { readonly path?: string | undefined; readonly outDir?: string | undefined },
  target: Target,
  from: { readonly cwd: string; readonly apiUrl: string },
): FollowUp {
  const { path, outDir } = location;
  const extension = extensionArguments(target, from.cwd);
  const words = [
    path === undefined ? '' : ` ${shellQuote(path)}`,
    outDir === undefined ? '' : ` --outdir ${shellQuote(outDir)}`,
    // A project names its extension itself.
    target.source === 'manifest' ? '' : extension,
  ];
  return { deploy: words.join(''), extension, dashboard: dashboardOf(target.id, from.apiUrl) };
}

/** Whether the review has ended. */
export function isDecided({ status }: Pick<Version, 'status'>): boolean {
  return status === 'approved' || status === 'rejected';
}

/** How to wait for a review; undefined after a decision. */
export function nextStep(
  version: Pick<Version, 'version' | 'status'>,
  target: Parameters<typeof extensionArguments>[0],
  cwd: string,
): string | undefined {
  if (isDecided(version)) return undefined;
  const words = `${shellQuote(version.version)}${extensionArguments(target, cwd)}`;
  return `Next: lumio versions wait ${words}`;
}

/**
 * The hint for a 404 of an extension.
 * @returns undefined for an extension that the user selected from a list
 */
export function hintForTarget(
  target: NamedTarget | undefined,
  cwd: string,
): { readonly hint?: string; readonly next?: string } | undefined {
  if (target === undefined || target.source === 'choice') return undefined;
  const { value, source, sourceLabel } = target;
  if (source === 'argument' || source === 'flag') return { next: 'lumio extensions list' };
  const hint = `Check the extension ${value}, which comes from ${sourceLabel}.`;
  return source === 'manifest' ? { hint, next: linkCommand(dirname(sourceLabel), cwd) } : { hint };
}
