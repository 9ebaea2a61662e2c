/** Names the extension in follow-up commands, and explains where an unknown extension ID came from. */
import { dirname, relative } from 'node:path';
import { LumioError } from '../errors.ts';
import { isInside } from '../shared/path-inside.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { NamedTarget, Target } from './target.ts';

/**
 * @param cwd where the follow-up command would run, absolute
 * @returns ` -e my-scoreboard`, or nothing if the environment or a lumio.config.json around `cwd` already names it
 */
export function extensionArguments(
  { id, value, source, sourceLabel }: Pick<Target, 'id' | keyof NamedTarget>,
  cwd: string,
): string {
  if (source === 'environment') return '';
  if (source === 'manifest' && isInside(cwd, dirname(sourceLabel))) return '';
  return ` -e ${shellQuote(source === 'flag' || source === 'argument' ? value : id)}`;
}

/**
 * The command that links a project to an extension.
 * @param directory of its lumio.config.json, absolute
 * @param cwd where the command would run, absolute
 */
export function linkCommand(directory: string, cwd: string): string {
  const path = relative(cwd, directory);
  return path === '' ? 'lumio init' : `cd ${shellQuote(path)} && lumio init`;
}

/** Adds the origin of the ID to a 404, if neither an argument nor an option named the extension. */
export function explainNotFound(
  thrown: unknown,
  { value, source, sourceLabel }: NamedTarget,
  cwd: string,
): unknown {
  if (!(thrown instanceof LumioError) || thrown.problem.status !== 404) return thrown;
  if (source !== 'manifest' && source !== 'environment') return thrown;
  if (/secret|version/.test(thrown.problem.code)) return thrown;
  const origin = `The extension ${value} comes from ${sourceLabel}.`;
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    hint: [thrown.problem.hint, origin].filter((part) => part !== undefined).join(' '),
    next: source === 'manifest' ? linkCommand(dirname(sourceLabel), cwd) : thrown.problem.next,
    cause: thrown,
  });
}
