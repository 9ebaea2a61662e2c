/** Sentences of ours, safe to print and folded on a terminal. */
import type { TerminalInfo } from './detect.ts';
import { printable } from './printable.ts';
import { toAscii } from './style.ts';

/** Masked, in one line, and in characters that the terminal has. */
export function safeSentence(text: string, surface: TerminalInfo): string {
  return toAscii(surface, surface.redact.sentence(printable(text)));
}

/** `indent` is before each further line. */
export type Fold = (text: string, indent: string) => string;

/** @returns a function that breaks text at spaces; elsewhere than on a terminal it stays whole */
export async function loadFold({
  isTerminal,
  columns,
}: Pick<TerminalInfo, 'isTerminal' | 'columns'>): Promise<Fold> {
  if (!isTerminal) return (text) => text;
  const { fold } = await import('./text.ts');
  return (text, indent) => fold(text, indent, columns);
}
