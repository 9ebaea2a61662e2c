/** The words with which further commands go on from here. Pure. */
import { dashboardOf } from '../api/api-url.ts';
import { extensionWords } from '../project/again.ts';
import type { Target } from '../project/target.ts';
import { quoted } from '../quoted.ts';
import type { PlaceRequest } from './place.ts';

export interface Again {
  /** After `lumio deploy`, such as ` build -e my-scoreboard`. */
  readonly deploy: string;
  /** After a command for the same extension, such as ` -e my-scoreboard`. */
  readonly extension: string;
  /** As {@link dashboardOf}. */
  readonly dashboard: string | undefined;
}

/** @param where the further command would be run: the working folder, and the API in use */
export function againOf(
  place: PlaceRequest,
  target: Omit<Target, 'slug' | 'name'>,
  where: { cwd: string; apiUrl: string },
): Again {
  const extension = extensionWords(target, where.cwd);
  // The project that is deployed again names its extension again.
  const own = target.source === 'manifest' ? '' : extension;
  return {
    deploy: placeWords(place) + own,
    extension,
    dashboard: dashboardOf(target.id, where.apiUrl),
  };
}

/** The same for one of several folders. */
export function againIn(folder: string, id: string, apiUrl: string): Again {
  return {
    deploy: placeWords({ given: folder }),
    extension: ` -e ${quoted(id)}`,
    dashboard: dashboardOf(id, apiUrl),
  };
}

function placeWords({ given, outdir }: PlaceRequest): string {
  return `${given === undefined ? '' : ` ${quoted(given)}`}${outdir === undefined ? '' : ` --outdir ${quoted(outdir)}`}`;
}
