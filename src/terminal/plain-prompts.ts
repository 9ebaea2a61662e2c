/**
 * Prompts as lines of text, for terminals without cursor movement (`TERM=dumb`: editors, serial
 * lines).
 */
import { once } from 'node:events';
import { type ReadLineOptions, createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import type { Choice, Prompter } from '../host.ts';
import { cancelled, withHiddenLine } from './hidden-line.ts';
import type { PromptOptions } from './prompts.ts';
import { safeSentence } from './style.ts';

type Reader = (input: Readable, signal: AbortSignal) => Promise<string>;
type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

/** The same prompts and errors as `createPrompter`. */
export function createPlainPrompter(options: PromptOptions): Prompter {
  const { terminal, output } = options;
  const safe = (text: string): string => safeSentence(text, terminal);
  const askUntil = async <Value>(
    message: string,
    parse: (typed: string) => Parsed<Value>,
  ): Promise<Value> => {
    for (;;) {
      const parsed = parse(await askOnce(message, readLine, options));
      if ('value' in parsed) return parsed.value;
      output.write(`${safe(parsed.problem)}\n`);
    }
  };
  return {
    text: ({ message, initial, check }) => {
      const preset = initial === undefined ? '' : ` [${safe(initial)}]`;
      return askUntil(safe(message) + preset, (typed) => {
        const value = typed === '' ? (initial ?? '') : typed;
        const problem = check?.(value);
        return problem === undefined ? { value } : { problem };
      });
    },
    secret: async ({ message, otherWay }) => {
      const value = await withHiddenLine({ ...options, otherWay }, (hidden) =>
        askOnce(safe(message), readHidden, { ...options, ...hidden }),
      );
      output.write('[hidden]\n');
      return value;
    },
    confirm: ({ message, initial }) =>
      askUntil(`${safe(message)} (${initial ? 'Y/n' : 'y/N'})`, (typed) =>
        parseYesNo(typed, initial),
      ),
    select: ({ message, choices }) => {
      const lines = choices.map(({ label, detail }, index) => {
        const note = detail === undefined ? '' : ` (${safe(detail)})`;
        return `  ${index + 1}) ${safe(label)}${note}\n`;
      });
      output.write(`${safe(message)}\n${lines.join('')}`);
      return askUntil('Number or name:', (typed) => parseChoice(typed.trim(), choices));
    },
  };
}

async function askOnce(
  message: string,
  read: Reader,
  { input, output, signal }: PromptOptions,
): Promise<string> {
  signal.throwIfAborted();
  output.write(`? ${message} `);
  try {
    if (input.readableEnded || input.destroyed) throw cancelled();
    return await read(input, signal);
  } catch (thrown) {
    // The cursor is still after the question.
    output.write('\n');
    throw signal.aborted ? signal.reason : thrown;
  }
}

function parseYesNo(typed: string, initial: boolean): Parsed<boolean> {
  const word = typed.trim().toLowerCase();
  if (word === '') return { value: initial };
  if ('yes'.startsWith(word)) return { value: true };
  return 'no'.startsWith(word) ? { value: false } : { problem: 'Enter yes or no.' };
}

function parseChoice(typed: string, choices: readonly Choice[]): Parsed<string> {
  const named = choices.find(({ value, label, detail }) => [value, label, detail].includes(typed));
  const found = named ?? (/^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined);
  return found === undefined
    ? { problem: `Enter a number from 1 to ${choices.length}, or a name from the list.` }
    : { value: found.value };
}

/** The terminal itself echoes and edits the line. */
const readLine: Reader = (input, signal) => lineOf(input, signal, { terminal: false });

/** Readline edits the line key by key, and its echo is discarded. */
const readHidden: Reader = (input, signal) => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  return lineOf(input, signal, { terminal: true, output, historySize: 0 });
};

async function lineOf(
  input: Readable,
  signal: AbortSignal,
  options: Omit<ReadLineOptions, 'input'>,
): Promise<string> {
  const lines = createInterface({ ...options, input });
  try {
    // Readline also closes at Ctrl-C, and at Ctrl-D before anything is typed.
    const closed = once(lines, 'close', { signal }).then(() => Promise.reject(cancelled()));
    const [line]: unknown[] = await Promise.race([once(lines, 'line', { signal }), closed]);
    return String(line);
  } finally {
    lines.close();
  }
}
