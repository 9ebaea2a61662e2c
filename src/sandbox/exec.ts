/** Runs a command as a child with the terminal as its own. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LumioError, systemCode } from '../errors.ts';
import type { Host } from '../host.ts';

export interface ExecOptions {
  readonly cwd: string;
  readonly env: Host['env'];
  readonly platform: NodeJS.Platform;
  /** Aborted on Ctrl-C or SIGTERM: the child is told, unless it hears of it by itself, and waited for. */
  readonly signal: AbortSignal;
  /** Whether stdin is a terminal: it sends its Ctrl-C to the child too. */
  readonly hasTerminal: boolean;
}

/**
 * @param words the command and its arguments; not run through a shell, but on Windows, where npm and npx are scripts
 * @returns its exit code; 128 + n when signal n ended it, as shells have it
 * @throws LumioError usage, when it can't be started
 */
export function execCommand(words: readonly string[], options: ExecOptions): Promise<number> {
  const [command = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: 'inherit', shell: options.platform === 'win32' });
    const forward = (): void => {
      const interrupted = options.signal.reason instanceof LumioError && options.signal.reason.kind === 'interrupted';
      if (!interrupted) child.kill('SIGTERM');
      else if (!options.hasTerminal) child.kill('SIGINT');
    };
    options.signal.addEventListener('abort', forward, { once: true });
    child.on('error', (error) => {
      options.signal.removeEventListener('abort', forward);
      reject(notStarted(command, error));
    });
    child.on('exit', (code, signal) => {
      options.signal.removeEventListener('abort', forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function notStarted(command: string, error: Error): LumioError {
  const code = systemCode(error);
  return new LumioError('usage', {
    code: 'command_not_started',
    message: code === 'ENOENT' ? `There is no command "${command}".` : `"${command}" can't be started (${code ?? error.message}).`,
    hint: code === 'ENOENT' ? 'Give the program by its path, or through npx: lumio sandbox exec -- npx lumio deploy' : 'Give the command after "--", as in: lumio sandbox exec -- npm test',
    cause: error,
  });
}
