/**
 * Colors by role, with symbols, so that no meaning depends on color alone, and sentences that are
 * safe to print. The only importer of chalk, which loads only when there is color.
 */
import type { TerminalInfo } from './detect.ts';
import { printable } from './printable.ts';
import type { Mark } from './view.ts';

/**
 * Roles differ on dark and on light backgrounds: only the middle colors of the terminal's own
 * palette, no white, black or bright ones.
 */
export type Role = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'waiting' | 'warning' | 'accent';

export type Style = (role: Role, text: string) => string;

/** @returns a function that colors text, or returns it unchanged without color */
export async function loadStyle(terminal: { readonly color: boolean }): Promise<Style> {
  if (!terminal.color) return (_role, text) => text;
  const { Chalk } = await import('chalk');
  // Level 1, the sixteen colors: those the user's theme defines, so they fit its background.
  const chalk = new Chalk({ level: 1 });
  const painters = {
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    waiting: chalk.magenta,
    warning: chalk.yellow,
    accent: chalk.cyan,
  } as const;
  return (role, text) => (role === 'plain' ? text : painters[role](text));
}

interface StatusSymbol {
  readonly unicode: string;
  readonly ascii: string;
  readonly role: Role;
}

export const marks: Readonly<Record<Mark, StatusSymbol>> = {
  done: { unicode: '✓', ascii: '+', role: 'good' },
  warning: { unicode: '!', ascii: '!', role: 'warning' },
  failed: { unicode: '✗', ascii: 'x', role: 'bad' },
  info: { unicode: '•', ascii: '-', role: 'dim' },
};

/**
 * Statuses of extensions and versions as the API page and the vendor's pages name them, and of what
 * lumio did; the set is open.
 */
export const statusSymbols: ReadonlyMap<string, StatusSymbol> = new Map([
  ['approved', marks.done],
  ['pending', { unicode: '●', ascii: '*', role: 'waiting' }],
  ['rejected', marks.failed],
  ['failed', marks.failed],
  ['draft', { unicode: '○', ascii: '-', role: 'dim' }],
]);

/** Other symbols. */
export const symbols = {
  ellipsis: { unicode: '…', ascii: '...' },
  arrow: { unicode: '→', ascii: '->' },
  dash: { unicode: '–', ascii: '-' },
  longDash: { unicode: '—', ascii: '-' },
  dot: { unicode: '·', ascii: '-' },
  angle: { unicode: '›', ascii: '>' },
  times: { unicode: '×', ascii: 'x' },
} as const;

export function symbolFor(
  terminal: { readonly unicode: boolean },
  symbol: { readonly unicode: string; readonly ascii: string },
): string {
  return terminal.unicode ? symbol.unicode : symbol.ascii;
}

/** Replaces our symbols with ASCII, for terminals without Unicode. Keeps all other text. */
export function toAscii(terminal: { readonly unicode: boolean }, text: string): string {
  if (terminal.unicode) return text;
  return Object.values(symbols).reduce(
    (plain, { unicode, ascii }) => plain.replaceAll(unicode, ascii),
    text,
  );
}

/** Masked, in one line, and in characters that the terminal has. */
export function safeSentence(text: string, terminal: TerminalInfo): string {
  return toAscii(terminal, terminal.redact.sentence(printable(text)));
}

/** `indent` is before each further line. */
export type Wrap = (text: string, indent: string) => string;

/** @returns a function that wraps text in a terminal and returns it unchanged elsewhere */
export async function loadWrap({
  isTerminal,
  columns,
}: Pick<TerminalInfo, 'isTerminal' | 'columns'>): Promise<Wrap> {
  if (!isTerminal) return (text) => text;
  const { wrap } = await import('./text.ts');
  return (text, indent) => wrap(text, indent, columns);
}
