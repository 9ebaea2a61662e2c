/** Prompts as lines of text, for terminals without cursor movement (`TERM=dumb`: editors, serial lines). */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import type { Choice, Prompter } from '../host.ts';
import { cancelled, withHiddenLine } from './hidden-line.ts';
import { printable } from './printable.ts';
import type { PromptOptions } from './prompts.ts';
import { toAscii } from './symbols.ts';

type Reader = (input: Readable, signal: AbortSignal) => Promise<string>;
type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

/** The same prompts as the drawn ones, with the same errors. */
export function createPlainPrompter(options: PromptOptions): Prompter {
  const { surface, output } = options;
  const safe = (text: string): string => toAscii(surface, surface.redact.sentence(printable(text)));
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
    // The cursor is still behind the question.
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
async function readLine(input: Readable, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input, terminal: false });
  try {
    const closed = once(lines, 'close', { signal }).then(() => Promise.reject(cancelled()));
    const [line]: unknown[] = await Promise.race([once(lines, 'line', { signal }), closed]);
    return String(line);
  } finally {
    lines.close();
  }
}

const enterKey = /[\r\n]/;
const eraseKey = /[\b\u007F]/;
/** Ctrl-U. */
const eraseLineKey = '\u0015';
const ctrlC = '\u0003';
/** Cancels before anything is typed, else it is ignored. */
const ctrlD = '\u0004';

/** Reads key by key, so that nothing is echoed. */
async function readHidden(input: Readable, signal: AbortSignal): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const ended = new AbortController();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const onEnd = (): void => reject(cancelled());
      const onData = (chunk: Buffer | string): void => {
        for (const key of typeof chunk === 'string' ? chunk : decoder.write(chunk)) {
          if (enterKey.test(key)) return resolve(typed.join(''));
          if (key === ctrlC || (key === ctrlD && typed.length === 0)) return onEnd();
          typed = afterKey(typed, key);
        }
      };
      signal.addEventListener('abort', () => reject(signal.reason), { signal: ended.signal });
      input.on('data', onData).once('end', onEnd);
      ended.signal.addEventListener('abort', () => input.off('data', onData).off('end', onEnd));
    });
  } finally {
    ended.abort();
    input.pause();
  }
}

function afterKey(typed: readonly string[], key: string): string[] {
  if (key === eraseLineKey) return [];
  if (eraseKey.test(key)) return typed.slice(0, -1);
  return key === ctrlD ? [...typed] : [...typed, key];
}
