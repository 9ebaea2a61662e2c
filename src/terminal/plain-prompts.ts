/** Questions as lines of text, for terminals that can't move their cursor (TERM=dumb: editors, serial lines). */
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import type { Choice, Prompter } from '../host.ts';
import { cancelled } from './cancelled.ts';
import { withHiddenLine } from './hidden-line.ts';
import { printable } from './printable.ts';
import type { PromptOptions } from './prompts.ts';
import { toAscii } from './symbols.ts';

/** @returns the same questions as the drawn ones, with the same errors */
export function createPlainPrompter(options: PromptOptions): Prompter {
  const { surface, output } = options;
  const say = (text: string): string => toAscii(surface, surface.redact.sentence(printable(text)));
  /** Asks until `read` has an answer; else says what was wrong with it. */
  const until = async <Answer>(
    message: string,
    read: (answer: string) => { answer: Answer } | { flaw: string },
  ): Promise<Answer> => {
    for (;;) {
      const found = read(await askOnce(message, readVisibly, options));
      if ('answer' in found) return found.answer;
      output.write(`${say(found.flaw)}\n`);
    }
  };
  return {
    text: ({ message, initial, check }) =>
      until(initial === undefined ? say(message) : `${say(message)} [${say(initial)}]`, (typed) => {
        const answer = typed === '' ? (initial ?? '') : typed;
        const flaw = check?.(answer);
        return flaw === undefined ? { answer } : { flaw };
      }),
    secret: async ({ message, otherWay }) => {
      const answer = await withHiddenLine({ ...options, otherWay }, (hidden) =>
        askOnce(say(message), readUnseen, { ...options, ...hidden }),
      );
      output.write('[hidden]\n');
      return answer;
    },
    confirm: ({ message, initial }) =>
      until(`${say(message)} (${initial ? 'Y/n' : 'y/N'})`, (typed) => readConsent(typed, initial)),
    select: ({ message, choices }) => {
      const names = choices.map(
        ({ label, detail }, index) =>
          `  ${index + 1}) ${say(label)}${detail === undefined ? '' : ` (${say(detail)})`}\n`,
      );
      output.write(`${say(message)}\n${names.join('')}`);
      return until('Number or name:', (typed) => readChoice(typed.trim(), choices));
    },
  };
}

async function askOnce(
  message: string,
  read: typeof readVisibly,
  { input, output, signal }: PromptOptions,
): Promise<string> {
  output.write(`? ${message} `);
  try {
    return await read(input, signal);
  } catch (thrown) {
    // The cursor still stands behind the question.
    output.write('\n');
    throw thrown;
  }
}

function readConsent(typed: string, initial: boolean): { answer: boolean } | { flaw: string } {
  const word = typed.trim().toLowerCase();
  if (word === '') return { answer: initial };
  if ('yes'.startsWith(word)) return { answer: true };
  return 'no'.startsWith(word) ? { answer: false } : { flaw: 'Answer yes or no.' };
}

function readChoice(
  typed: string,
  choices: readonly Choice[],
): { answer: string } | { flaw: string } {
  const named = choices.find(({ value, label, detail }) => [value, label, detail].includes(typed));
  const found = named ?? (/^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined);
  return found === undefined
    ? { flaw: `Type a number from 1 to ${choices.length}, or a name of the list.` }
    : { answer: found.value };
}

/** The terminal itself echoes and edits the line. */
function readVisibly(input: Readable, signal: AbortSignal): Promise<string> {
  return untilAborted(signal, (resolve, reject) => {
    const lines = createInterface({ input, terminal: false });
    lines.once('line', resolve).once('close', () => reject(cancelled()));
    if (input.readableEnded || input.destroyed) reject(cancelled());
    return () => lines.close();
  });
}

const enter = /[\r\n]/;
const erase = /[\b\u007F]/;
/** Ctrl-U, with which a terminal takes back the whole line. */
const eraseAll = '\u0015';
/** Ctrl-C; Ctrl-D only where nothing is typed yet, and elsewhere it is no part of what is typed. */
const interrupt = '\u0003';
const endOfInput = '\u0004';

/** Reads key by key, so that nothing is echoed. */
function readUnseen(input: Readable, signal: AbortSignal): Promise<string> {
  return untilAborted(signal, (resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let typed: string[] = [];
    const onEnd = (): void => reject(cancelled());
    const onData = (chunk: Buffer | string): void => {
      for (const key of typeof chunk === 'string' ? chunk : decoder.write(chunk)) {
        if (enter.test(key)) return resolve(typed.join(''));
        if (key === interrupt || (key === endOfInput && typed.length === 0)) return onEnd();
        typed = afterKey(typed, key);
      }
    };
    input.on('data', onData).once('end', onEnd);
    if (input.readableEnded || input.destroyed) onEnd();
    return () => input.off('data', onData).off('end', onEnd).pause();
  });
}

function afterKey(typed: readonly string[], key: string): string[] {
  if (key === eraseAll) return [];
  if (erase.test(key)) return typed.slice(0, -1);
  return key === endOfInput ? [...typed] : [...typed, key];
}

/** @param begin starts reading and gives back what ends it */
async function untilAborted(
  signal: AbortSignal,
  begin: (resolve: (answer: string) => void, reject: (reason: unknown) => void) => () => void,
): Promise<string> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      stop = begin(resolve, reject);
    });
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    stop?.();
  }
}
