/** Arguments and links for what a user may do next. */
import { dashboardOf } from '../api/api-url.ts';
import type { Version } from '../api/schemas.ts';
import { extensionArguments } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { LocateInput } from './locate.ts';

export interface FollowUp {
  /** Arguments after `lumio deploy`, such as ` build -e my-scoreboard`. */
  readonly deploy: string;
  /** Arguments that name the extension, such as ` -e my-scoreboard`. */
  readonly extension: string;
  /** Undefined if the API in use has no dashboard. */
  readonly dashboard: string | undefined;
}

/** @param from where the next command runs, and the API in use */
export function followUpFor(
  { path, outDir }: LocateInput,
  target: Target,
  from: { readonly cwd: string; readonly apiUrl: string },
): FollowUp {
  const extension = extensionArguments(target, from.cwd);
  const words = [
    path === undefined ? '' : ` ${shellQuote(path)}`,
    outDir === undefined ? '' : ` --outdir ${shellQuote(outDir)}`,
    // A project names its extension itself.
    target.source === 'manifest' ? '' : extension,
  ];
  return { deploy: words.join(''), extension, dashboard: dashboardOf(target.id, from.apiUrl) };
}

/** Undefined after a decision. */
export function nextStep(
  { version, status }: Version,
  { extension }: FollowUp,
): string | undefined {
  return ['approved', 'rejected'].includes(status)
    ? undefined
    : `Next: lumio versions wait ${shellQuote(version)}${extension}`;
}
