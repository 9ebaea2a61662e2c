/** Colours by role. The only importer of chalk, which loads only when there is colour. */

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
