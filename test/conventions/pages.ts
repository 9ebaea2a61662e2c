/** Reads what pages show: code that belongs into a file, and lines that are added to one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Shown {
  readonly language: string;
  /** What is said behind `file=`; '' where nothing is. */
  readonly file: string;
  readonly code: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): Shown[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', code = '']) => ({ language, file, code }),
  );
}

/**
 * A text with the lines of a diff added behind the line before them.
 * @throws Error when that line is not there, or not once
 */
export function added(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const before = `${lines
    .filter((line) => line.startsWith(' '))
    .map((line) => line.slice(1))
    .join('\n')}\n`;
  const more = `${lines
    .filter((line) => line.startsWith('+'))
    .map((line) => line.slice(1))
    .join('\n')}\n`;
  if (text.split(before).length !== 2) throw new Error(`not there, or not once: ${before}`);
  return text.replace(before, () => before + more);
}
