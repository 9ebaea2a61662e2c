/** The host of a deploy without a terminal: no input, no output, no prompts. */
import { Readable } from 'node:stream';
import { LumioError } from '../errors.ts';
import type { Host, OutputStream } from '../host.ts';
import { type Connection, clock } from './connection.ts';

const nowhere: OutputStream = {
  isTerminal: false,
  columns: () => undefined,
  write: async () => {},
};

/** @param cwd absolute path that the deploy starts from */
export function silentHost({ environment, signal }: Connection, cwd: string): Host {
  return {
    ...environment,
    argv: [],
    cwd,
    stdin: { isTerminal: false, stream: () => Readable.from([]) },
    stdout: nowhere,
    stderr: nowhere,
    clock,
    signal,
    prompter: () =>
      Promise.reject(
        new LumioError('usage', { code: 'missing_input', message: 'The library never prompts.' }),
      ),
  };
}
