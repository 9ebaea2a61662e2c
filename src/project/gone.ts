/** Where an id comes from that the server does not know. */
import { LumioError } from '../errors.ts';
import type { NamedTarget } from './target.ts';

/**
 * @param target that the command worked on
 * @returns the error; where the server does not know an extension that nobody named on the command line, with who did
 */
export function withSource(thrown: unknown, { value, source, sourceLabel }: NamedTarget): unknown {
  if (!(thrown instanceof LumioError) || thrown.problem.status !== 404 || (source !== 'manifest' && source !== 'environment')) return thrown;
  // A secret that is not there says nothing about the extension.
  if (/secret|version/.test(thrown.problem.code)) return thrown;
  const told = [thrown.problem.hint, `The id ${value} comes from ${sourceLabel}.`].filter((part) => part !== undefined).join(' ');
  return new LumioError(thrown.kind, { ...thrown.problem, hint: told, next: source === 'manifest' ? 'lumio init' : thrown.problem.next, cause: thrown });
}
