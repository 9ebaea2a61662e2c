/**
 * Colours by role, and the signs that go with them, so that colour is never the only bearer of a
 * meaning. The only importer of chalk, which loads only when there is colour.
 */
import type { Mark } from './view.ts';

/**
 * Roles differ on dark and on light backgrounds: only the middle colours of the terminal's own palette,
 * no white, black or bright ones, and no colour is the only bearer of a meaning.
 */
export type Role = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'waiting' | 'warning' | 'accent';

export type Style = (role: Role, text: string) => string;

/** @returns a function that colours, or one that gives the text back where there is no colour */
export async function loadStyle(surface: { readonly color: boolean }): Promise<Style> {
  if (!surface.color) return (_role, text) => text;
  const { Chalk } = await import('chalk');
  // Level 1, the sixteen colours: those the user's theme defines, so they fit its background.
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

interface Sign {
  readonly unicode: string;
  readonly ascii: string;
  readonly role: Role;
}

export const marks: Readonly<Record<Mark, Sign>> = {
  done: { unicode: '✓', ascii: '+', role: 'good' },
  warning: { unicode: '!', ascii: '!', role: 'warning' },
  failed: { unicode: '✗', ascii: 'x', role: 'bad' },
  info: { unicode: '•', ascii: '-', role: 'dim' },
};

/** Statuses of extensions and versions as the API page and the vendor's pages name them, and of what lumio did; the set is open. */
const statuses = new Map<string, Sign>([
  ['approved', { unicode: '✓', ascii: '+', role: 'good' }],
  ['pending', { unicode: '●', ascii: '*', role: 'waiting' }],
  ['rejected', { unicode: '✗', ascii: 'x', role: 'bad' }],
  ['failed', { unicode: '✗', ascii: 'x', role: 'bad' }],
  ['draft', { unicode: '○', ascii: '-', role: 'dim' }],
]);

/** The sign of a known status. */
export function statusSymbol(status: string): Sign | undefined {
  return statuses.get(status);
}

/** Signs of other uses. */
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
  surface: { readonly unicode: boolean },
  sign: { readonly unicode: string; readonly ascii: string },
): string {
  return surface.unicode ? sign.unicode : sign.ascii;
}

/** Our sentences where a terminal has no Unicode: the signs in them as ASCII. What else is in a text stays. */
export function toAscii(surface: { readonly unicode: boolean }, text: string): string {
  if (surface.unicode) return text;
  return Object.values(symbols).reduce(
    (plain, { unicode, ascii }) => plain.replaceAll(unicode, ascii),
    text,
  );
}
