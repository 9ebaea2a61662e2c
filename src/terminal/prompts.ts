/** Questions to the person at the terminal, drawn on stderr. The only importer of @inquirer/prompts; it loads with the first question. */
import type { Readable } from 'node:stream';
import * as inquirer from '@inquirer/prompts';
import type { Choice, Clock, Prompter } from '../host.ts';
import { cancelled } from './cancelled.ts';
import { loadFold } from './fold.ts';
import { withHiddenLine } from './hidden-line.ts';
import { printable } from './printable.ts';
import { hiddenThemeFor, themeFor } from './prompt-theme.ts';
import { toAscii } from './symbols.ts';
import { type Style, loadStyle } from './style.ts';
import type { TerminalInfo } from './detect.ts';
import { cut, widthOf } from './width.ts';

export interface PromptOptions {
  readonly input: Readable;
  /** Never stdout: that carries the result. */
  readonly output: NodeJS.WritableStream;
  /** Aborted when the process is to end; its reason is then what a question rejects with. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** What `output` can show. */
  readonly surface: TerminalInfo;
}

interface Asking {
  readonly style: Style;
  readonly context: {
    readonly input: Readable;
    readonly output: NodeJS.WritableStream;
    readonly signal: AbortSignal;
  };
}

/** Columns that a question leaves to its answer; that of a longer answer is broken anywhere. */
const answerColumns = 18;
/** Sign and space before the message, and what continues it stands under it. */
const indent = '  ';

/** @returns questions that reject with `cancelled` on Ctrl-C, on Ctrl-D and when the input ends */
export function createPrompter(options: PromptOptions): Prompter {
  const { surface } = options;
  const say = (text: string): string => toAscii(surface, surface.redact.sentence(printable(text)));
  /** The prompts themselves would break within words. */
  const sentence = async (text: string): Promise<string> =>
    (await loadFold({ isTerminal: true, columns: surface.columns - answerColumns }))(
      say(text),
      indent,
    );
  return {
    text: ({ message, initial, check }) =>
      ask(options, async ({ style, context }) => {
        const preset =
          initial === undefined ? {} : { default: initial, prefill: 'editable' as const };
        return inquirer.input(
          {
            message: await sentence(message),
            validate: (answer) => check?.(answer) ?? true,
            ...preset,
            theme: themeFor(surface, style),
          },
          context,
        );
      }),
    secret: ({ message, otherWay }) =>
      withHiddenLine({ ...options, otherWay, marking: options.output }, async (hidden) =>
        ask({ ...options, ...hidden }, async ({ style, context }) =>
          inquirer.password(
            {
              message: await sentence(message),
              toggleMask: false,
              theme: hiddenThemeFor(surface, style),
            },
            context,
          ),
        ),
      ),
    confirm: ({ message, initial }) =>
      ask(options, async ({ style, context }) =>
        inquirer.confirm(
          { message: await sentence(message), default: initial, theme: themeFor(surface, style) },
          context,
        ),
      ),
    select: ({ message, choices }) =>
      ask(options, async ({ style, context }) => {
        const asked = await sentence(message);
        const shown = choices.map((choice) => shownChoice(choice, say));
        const source = (term: string | undefined): Entry[] =>
          shown
            .filter(({ name }) => matches(name, term))
            .map((entry) => fitted(entry, asked, surface));
        return inquirer.search(
          { message: asked, source, pageSize: 10, theme: themeFor(surface, style) },
          context,
        );
      }),
  };
}

interface Entry {
  readonly value: string;
  readonly name: string;
  readonly short: string;
}

function shownChoice({ value, label, detail }: Choice, say: (text: string) => string): Entry {
  const name = detail === undefined ? say(label) : `${say(label)} (${say(detail)})`;
  return { value, name, short: say(label) };
}

/** In a list one line each, with the cursor before it; once it is chosen, what is left of the question's last line. */
function fitted({ value, name, short }: Entry, asked: string, surface: TerminalInfo): Entry {
  const columns = surface.columns - indent.length - 1;
  const lastLine = asked.split('\n').at(-1) ?? '';
  return {
    value,
    name: cut(name, columns, surface),
    short: cut(short, columns - widthOf(lastLine) - 1, surface),
  };
}

/** Whether each word that was typed occurs, whatever the case. */
function matches(name: string, term = ''): boolean {
  const text = name.toLowerCase();
  return term
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word));
}

/** Asks one question; turns each way of not getting an answer into one error. */
async function ask<Answer>(
  options: PromptOptions,
  question: (asking: Asking) => Promise<Answer>,
): Promise<Answer> {
  const { input, output, signal } = options;
  const style = await loadStyle(options.surface);
  // The prompts wait for ever when the input ends or readline closes at Ctrl-D; we don't.
  const ended = new AbortController();
  const onEnd = (): void => ended.abort();
  const onPause = (): void => void setImmediate(() => goOnOrEnd(input, onEnd));
  input.once('end', onEnd).once('close', onEnd).on('pause', onPause);
  if (input.readableEnded || input.destroyed) onEnd();
  try {
    return await question({
      style,
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

/** Readline pauses its input when it closes, and also when the shell brings us back after Ctrl-Z: then the terminal stays in raw mode. */
function goOnOrEnd(input: Readable, onEnd: () => void): void {
  if ('isRaw' in input && input.isRaw === true) input.resume();
  else onEnd();
}

const cancellations = new Set(['ExitPromptError', 'AbortPromptError', 'CancelPromptError']);
