/** How questions look: our colours and signs in place of those that the prompts would choose by themselves. */
import { signOn } from './signs.ts';
import type { Style } from './style.ts';
import type { Surface } from './surface.ts';

const cursor = { unicode: '❯', ascii: '>' };
const tick = { unicode: '✓', ascii: '+' };
const frames = { unicode: '⠋', ascii: '-' };

/** The prompts' own theme looks at the process for colour and Unicode; this one covers every part of it. */
export function themeFor(surface: Surface, style: Style) {
  const strong = (text: string): string => style('strong', text);
  const dim = (text: string): string => style('dim', text);
  const accent = (text: string): string => style('accent', text);
  return {
    prefix: { idle: accent('?'), done: style('good', signOn(surface, tick)) },
    spinner: { interval: 100, frames: [accent(signOn(surface, frames))] },
    icon: { cursor: signOn(surface, cursor) },
    style: {
      answer: accent,
      message: strong,
      error: (text: string) => style('bad', text),
      defaultAnswer: (text: string) => dim(`(${text})`),
      help: dim,
      highlight: strong,
      key: strong,
      maskedText: '[hidden]',
      disabled: dim,
      searchTerm: accent,
      description: dim,
      confirmDefault: (text: string) => text.toUpperCase(),
      keysHelpTip: () => dim(surface.unicode ? '↑↓ choose, type to search, enter to take' : 'arrows choose, type to search, enter to take'),
    },
  };
}
