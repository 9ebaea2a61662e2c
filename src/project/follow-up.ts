/** How a further command line names what this one named: in the same words, and only where this one needed words. Pure. */
import { dirname, relative } from 'node:path';
import { isInside } from '../shared/path-inside.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { Target } from './target.ts';

/**
 * @param cwd where the further command would be run, absolute
 * @returns ` -e my-scoreboard`, or nothing where the environment or the lumio.config.json around `cwd` says it again
 */
export function extensionArguments(
  { id, value, source, sourceLabel }: Omit<Target, 'slug' | 'name'>,
  cwd: string,
): string {
  if (source === 'environment') return '';
  if (source === 'manifest' && isInside(cwd, dirname(sourceLabel))) return '';
  return ` -e ${shellQuote(source === 'flag' || source === 'argument' ? value : id)}`;
}

/**
 * The command that links a project to an extension.
 * @param folder of its lumio.config.json, absolute
 * @param cwd where the command would be run, absolute
 */
export function linkCommand(folder: string, cwd: string): string {
  const way = relative(cwd, folder);
  return way === '' ? 'lumio init' : `cd ${shellQuote(way)} && lumio init`;
}
