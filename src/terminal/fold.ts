/** Long sentences on a terminal, broken between words. Loads the measuring of widths only for terminals. */
import type { TerminalInfo } from './detect.ts';

/** Breaks `text` into lines; those after the first begin with `indent`. The width of what stands before the text counts as that of the indent. */
export type Fold = (text: string, indent: string) => string;

/** @returns a function that folds, or one that gives the text back where no terminal is: there a line stays a line */
export async function loadFold(
  surface: Pick<TerminalInfo, 'isTerminal' | 'columns'>,
): Promise<Fold> {
  if (!surface.isTerminal) return (text) => text;
  const { wrap } = await import('./width.ts');
  return (text, indent) => {
    const lines = wrap([{ text, role: 'plain' }], surface.columns - indent.length);
    return lines.map((line) => line.map((span) => span.text).join(' ')).join(`\n${indent}`);
  };
}
