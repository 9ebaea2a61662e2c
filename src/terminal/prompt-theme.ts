/** Colours and symbols of the prompts. */
import { symbolFor } from './symbols.ts';
import type { Style } from './style.ts';
import type { TerminalInfo } from './detect.ts';

const cursor = { unicode: '❯', ascii: '>' };
const frames = { unicode: '⠋', ascii: '-' };

/** Covers every part of the default theme, which reads colour and Unicode from the process. */
export function themeFor(surface: TerminalInfo, style: Style) {
  const strong = (text: string): string => style('strong', text);
  const dim = (text: string): string => style('dim', text);
  const accent = (text: string): string => style('accent', text);
  return {
    // A tick is for what lumio has done.
    prefix: { idle: accent('?'), done: accent('?') },
    spinner: { interval: 100, frames: [accent(symbolFor(surface, frames))] },
    icon: { cursor: symbolFor(surface, cursor) },
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
      keysHelpTip: () =>
        dim(
          surface.unicode
            ? '↑↓ move, type to filter, enter to select'
            : 'arrows move, type to filter, enter to select',
        ),
    },
  };
}

/** Shows only that something was typed. */
export function hiddenThemeFor(surface: TerminalInfo, style: Style) {
  const theme = themeFor(surface, style);
  const message = (text: string, status: string): string =>
    `${theme.style.message(text)}${status === 'done' ? ` ${theme.style.help('[hidden]')}` : ''}`;
  return { ...theme, style: { ...theme.style, message } };
}
