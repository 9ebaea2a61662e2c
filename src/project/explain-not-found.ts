/** Where an id comes from that the server does not know. */
import { dirname } from 'node:path';
import { LumioError } from '../errors.ts';
import { linkCommand } from './follow-up.ts';
import type { NamedTarget } from './target.ts';

/**
 * @param target that the command worked on
 * @param cwd where a further command would be run, absolute
 * @returns the error; where the server does not know an extension that nobody named on the command line, with who did
 */
export function withSource(
  thrown: unknown,
  { value, source, sourceLabel }: NamedTarget,
  cwd: string,
): unknown {
  if (
    !(thrown instanceof LumioError) ||
    thrown.problem.status !== 404 ||
    (source !== 'manifest' && source !== 'environment')
  )
    return thrown;
  // A secret that is not there says nothing about the extension.
  if (/secret|version/.test(thrown.problem.code)) return thrown;
  const told = [thrown.problem.hint, `The id ${value} comes from ${sourceLabel}.`]
    .filter((part) => part !== undefined)
    .join(' ');
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    hint: told,
    next: source === 'manifest' ? linkCommand(dirname(sourceLabel), cwd) : thrown.problem.next,
    cause: thrown,
  });
}
