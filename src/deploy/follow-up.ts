/** The words with which further commands go on from here. Pure. */
import { dashboardOf } from '../api/api-url.ts';
import { extensionArguments } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { LocateRequest } from './locate.ts';

export interface FollowUp {
  /** After `lumio deploy`, such as ` build -e my-scoreboard`. */
  readonly deploy: string;
  /** After a command for the same extension, such as ` -e my-scoreboard`. */
  readonly extension: string;
  /** As {@link dashboardOf}. */
  readonly dashboard: string | undefined;
}

/** @param where the further command would be run: the working folder, and the API in use */
export function followUpFor(
  place: LocateRequest,
  target: Omit<Target, 'slug' | 'name'>,
  where: { cwd: string; apiUrl: string },
): FollowUp {
  const extension = extensionArguments(target, where.cwd);
  // The project that is deployed again names its extension again.
  const own = target.source === 'manifest' ? '' : extension;
  return {
    deploy: placeWords(place) + own,
    extension,
    dashboard: dashboardOf(target.id, where.apiUrl),
  };
}

/** The same for one of several folders. */
export function followUpIn(folder: string, id: string, apiUrl: string): FollowUp {
  return {
    deploy: placeWords({ given: folder }),
    extension: ` -e ${shellQuote(id)}`,
    dashboard: dashboardOf(id, apiUrl),
  };
}

function placeWords({ given, outdir }: LocateRequest): string {
  return `${given === undefined ? '' : ` ${shellQuote(given)}`}${outdir === undefined ? '' : ` --outdir ${shellQuote(outdir)}`}`;
}
