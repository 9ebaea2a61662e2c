/** Questions to the person at the terminal, drawn on stderr. The only importer of @inquirer/prompts; it loads with the first question. */
import type { Readable } from 'node:stream';
import * as inquirer from '@inquirer/prompts';
import type { Choice, Prompter } from '../host.ts';
import { cancelled } from './cancelled.ts';
import { printable } from './printable.ts';
import { themeFor } from './prompt-theme.ts';
import { type Style, loadStyle } from './style.ts';
import type { Surface } from './surface.ts';

export interface PromptOptions {
  readonly input: Readable;
  /** Never stdout: that carries the result. */
  readonly output: NodeJS.WritableStream;
  /** Aborted when the process is to end; its reason is then what a question rejects with. */
  readonly signal: AbortSignal;
  /** What `output` can show. */
  readonly surface: Surface;
}

interface Asking {
  readonly style: Style;
  readonly context: { readonly input: Readable; readonly output: NodeJS.WritableStream; readonly signal: AbortSignal };
}

/** @returns questions that reject with `cancelled` on Ctrl-C and when the input ends */
export function createPrompter(options: PromptOptions): Prompter {
  const { surface } = options;
  const say = (text: string): string => surface.clean(printable(text));
  return {
    text: ({ message, initial, check }) =>
      ask(options, ({ style, context }) => {
        const preset = initial === undefined ? {} : { default: initial, prefill: 'editable' as const };
        return inquirer.input({ message: say(message), validate: (answer) => check?.(answer) ?? true, ...preset, theme: themeFor(surface, style) }, context);
      }),
    secret: ({ message }) =>
      ask(options, ({ style, context }) =>
        inquirer.password({ message: say(message), toggleMask: false, theme: themeFor(surface, style) }, context)),
    confirm: ({ message, initial }) =>
      ask(options, ({ style, context }) => inquirer.confirm({ message: say(message), default: initial, theme: themeFor(surface, style) }, context)),
    select: ({ message, choices }) =>
      ask(options, ({ style, context }) => {
        const shown = choices.map((choice) => shownChoice(choice, say));
        const source = (term: string | undefined): typeof shown => shown.filter(({ name }) => matches(name, term));
        return inquirer.search({ message: say(message), source, pageSize: 10, theme: themeFor(surface, style) }, context);
      }),
  };
}

function shownChoice({ value, label, detail }: Choice, say: (text: string) => string): { value: string; name: string; short: string } {
  const name = detail === undefined ? say(label) : `${say(label)} (${say(detail)})`;
  return { value, name, short: say(label) };
}

/** Whether each word that was typed occurs, whatever the case. */
function matches(name: string, term = ''): boolean {
  const text = name.toLowerCase();
  return term.toLowerCase().split(' ').every((word) => text.includes(word));
}

/** Asks one question; turns each way of not getting an answer into one error. */
async function ask<Answer>(options: PromptOptions, question: (asking: Asking) => Promise<Answer>): Promise<Answer> {
  const { input, output, signal } = options;
  const style = await loadStyle(options.surface);
  // The prompts wait for ever when the input ends or readline closes at Ctrl-D; we don't.
  const ended = new AbortController();
  const onEnd = (): void => ended.abort();
  const onPause = (): void => void setImmediate(() => goOnOrEnd(input, onEnd));
  input.once('end', onEnd).once('close', onEnd).on('pause', onPause);
  if (input.readableEnded || input.destroyed) onEnd();
  try {
    return await question({ style, context: { input, output, signal: AbortSignal.any([signal, ended.signal]) } });
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
