/** Names the extension in follow-up commands, and explains where an unknown extension ID came from. */
import { dirname, relative } from 'node:path';
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
  return path === '' ? 'lumio init' : `lumio -C ${shellQuote(path)} init`;
}

/**
 * The hint for a 404 of an extension.
 * @returns undefined if an argument or an option named it, where its origin is plain to see
 */
export function adviceForTarget(
  target: NamedTarget | undefined,
  cwd: string,
): { readonly hint: string; readonly next?: string } | undefined {
  if (target?.source !== 'manifest' && target?.source !== 'environment') return undefined;
  const { value, source, sourceLabel } = target;
  const hint = `Check the extension ${value}, which comes from ${sourceLabel}.`;
  return source === 'manifest' ? { hint, next: linkCommand(dirname(sourceLabel), cwd) } : { hint };
}
