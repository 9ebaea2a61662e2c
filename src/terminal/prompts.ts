/** Prompts on stderr. The only importer of @inquirer/prompts. */
import type { Readable } from 'node:stream';
import * as inquirer from '@inquirer/prompts';
import type { Choice, Clock, Prompter } from '../host.ts';
import type { TerminalInfo } from './detect.ts';
import { cancelled, withHiddenLine } from './hidden-line.ts';
import { safeSentence, symbolFor, type Style, loadStyle } from './style.ts';
import { truncate, widthOf, wrap } from './text.ts';

export interface PromptOptions {
  readonly input: Readable;
  /** Never stdout, which has the result. */
  readonly output: NodeJS.WritableStream;
  /** Prompts reject with its reason when it is aborted. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Of `output`. */
  readonly terminal: TerminalInfo;
}

interface PromptContext {
  readonly theme: Theme;
  readonly context: {
    readonly input: Readable;
    readonly output: NodeJS.WritableStream;
    readonly signal: AbortSignal;
  };
}

/** Columns after a question for what is typed. */
const answerColumns = 18;
/** Symbol and space before the message. */
const indent = '  ';

/** Prompts reject with `cancelled` on Ctrl-C, on Ctrl-D and when the input ends. */
export function createPrompter(options: PromptOptions): Prompter {
  const { terminal } = options;
  const safe = (text: string): string => safeSentence(text, terminal);
  // @inquirer/prompts would break within words.
  const columns = Math.max(1, terminal.columns - answerColumns);
  const sentence = (text: string): string => wrap(safe(text), indent, columns);
  return {
    text: ({ message, initial, check }) =>
      ask(options, ({ theme, context }) => {
        const preset = initial === undefined ? {} : { default: initial };
        return inquirer.input(
          {
            message: sentence(message),
            validate: (answer) => check?.(answer) ?? true,
            ...preset,
            theme,
          },
          context,
        );
      }),
    secret: ({ message, otherWay }) =>
      withHiddenLine({ ...options, otherWay, marking: options.output }, (hidden) =>
        ask({ ...options, ...hidden }, ({ theme, context }) => {
          const asked = { message: sentence(message), toggleMask: false, theme: hiding(theme) };
          return inquirer.password(asked, context);
        }),
      ),
    confirm: ({ message, initial }) =>
      ask(options, ({ theme, context }) =>
        inquirer.confirm({ message: sentence(message), default: initial, theme }, context),
      ),
    select: ({ message, choices }) =>
      ask(options, ({ theme, context }) => {
        const asked = sentence(message);
        const shown = choices.map((choice) => shownChoice(choice, safe));
        const source = (term: string | undefined): Entry[] =>
          shown
            .filter(({ name }) => matches(name, term))
            .map((entry) => fitted(entry, asked, terminal));
        return inquirer.search({ message: asked, source, pageSize: 10, theme }, context);
      }),
  };
}

interface Entry {
  readonly value: string;
  readonly name: string;
  readonly short: string;
}

function shownChoice({ value, label, detail }: Choice, safe: (text: string) => string): Entry {
  const name = detail === undefined ? safe(label) : `${safe(label)} (${safe(detail)})`;
  return { value, name, short: safe(label) };
}

/** One line of the list; the chosen one has the rest of the question's last line. */
function fitted({ value, name, short }: Entry, asked: string, terminal: TerminalInfo): Entry {
  const columns = terminal.columns - indent.length - 1;
  const lastLine = asked.split('\n').at(-1) ?? '';
  return {
    value,
    name: truncate(name, columns, terminal),
    short: truncate(short, columns - widthOf(lastLine) - 1, terminal),
  };
}

/** Each typed word has to occur, in any case. */
function matches(name: string, term = ''): boolean {
  const text = name.toLowerCase();
  return term
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word));
}

/** Turns every way that a prompt can end without input into one error. */
async function ask<Answer>(
  options: PromptOptions,
  question: (asking: PromptContext) => Promise<Answer>,
): Promise<Answer> {
  const { input, output, signal } = options;
  const style = await loadStyle(options.terminal);
  // @inquirer/prompts waits forever when the input ends or readline closes at Ctrl-D.
  const ended = new AbortController();
  const onEnd = (): void => ended.abort();
  const onPause = (): void => void setImmediate(() => resumeOrEnd(input, onEnd));
  input.once('end', onEnd).once('close', onEnd).on('pause', onPause);
  if (input.readableEnded || input.destroyed) onEnd();
  try {
    return await question({
      theme: themeFor(options.terminal, style),
      context: { input, output, signal: AbortSignal.any([signal, ended.signal]) },
    });
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (thrown instanceof Error && cancellations.has(thrown.name)) throw cancelled(thrown);
    throw thrown;
  } finally {
    input.off('end', onEnd).off('close', onEnd).off('pause', onPause);
  }
}

/** Readline pauses its input when it closes, and in raw mode when we return from Ctrl-Z. */
function resumeOrEnd(input: Readable, onEnd: () => void): void {
  if ('isRaw' in input && input.isRaw === true) input.resume();
  else onEnd();
}

const cancellations = new Set(['ExitPromptError', 'AbortPromptError', 'CancelPromptError']);

const cursor = { unicode: '❯', ascii: '>' };
const frames = { unicode: '⠋', ascii: '-' };

/** Covers every part of the default theme, which reads color and Unicode from the process. */
function themeFor(terminal: TerminalInfo, style: Style) {
  const strong = (text: string): string => style('strong', text);
  const dim = (text: string): string => style('dim', text);
  const accent = (text: string): string => style('accent', text);
  return {
    // lumio prints a tick only for what it has done.
    prefix: { idle: accent('?'), done: accent('?') },
    spinner: { interval: 100, frames: [accent(symbolFor(terminal, frames))] },
    icon: { cursor: symbolFor(terminal, cursor) },
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
          terminal.unicode
            ? '↑↓ move, type to filter, enter to select'
            : 'arrows move, type to filter, enter to select',
        ),
    },
  };
}

type Theme = ReturnType<typeof themeFor>;

/** Shows only that something was typed. */
function hiding(theme: Theme) {
  const message = (text: string, status: string): string =>
    `${theme.style.message(text)}${status === 'done' ? ` ${theme.style.help('[hidden]')}` : ''}`;
  return { ...theme, style: { ...theme.style, message } };
}
