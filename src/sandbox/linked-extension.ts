/** The extension of the user's own project: a rehearsal with it has to find it. */
import { idPattern, slugPattern } from './ids.ts';
import { newExtension } from './seed.ts';
import type { State } from './state.ts';

/** What a `lumio.config.json` says of its extension. */
export interface Linked {
  /** An id, or a slug. */
  readonly extension: string;
  readonly name: string | undefined;
}

/** Some ids of the service are UUIDs, which read like slugs. */
const uuidPattern = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/**
 * Adds the extension to the state, as a private draft without versions, unless it is there.
 * @returns its id or slug, as given; undefined when nothing was added
 */
export function addLinked(
  state: State,
  linked: Linked | undefined,
  nowMs: number,
): string | undefined {
  const given = linked?.extension.trim() ?? '';
  // What is neither an id nor a slug can't be kept, and the command that uses it is told so.
  if (!idPattern.test(given)) return undefined;
  if (state.extensions.some(({ id, slug }) => id === given || slug === given)) return undefined;
  const name = linked?.name?.trim().slice(0, 255) ?? '';
  const made = newExtension(name === '' ? given : name, state, nowMs);
  state.extensions.push(
    slugPattern.test(given) && !uuidPattern.test(given)
      ? { ...made, slug: given }
      : { ...made, id: given },
  );
  return given;
}
