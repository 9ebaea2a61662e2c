/** Runs programs. cross-spawn finds npm and npx on Windows, where they are scripts. */
import spawn from 'cross-spawn';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Host } from '../host.ts';
import { isPlainWord } from './similar.ts';

/**
 * Runs a program without a shell, and waits for it.
 * @param words the program and its arguments
 * @param output `aside` if its stdout isn't part of lumio's result
 * @returns its exit code, or 128 + n if signal n ended it, as in shells
 * @throws LumioError `usage` if it can't be started; the signal's reason if it is aborted
 */
export async function runProgram(
  words: readonly string[],
  { cwd, env, signal, stdin }: Pick<Host, 'cwd' | 'env' | 'signal' | 'stdin'>,
  output: 'stdout' | 'aside' = 'stdout',
): Promise<number> {
  const { constants, platform } = await import('node:os');
  signal.throwIfAborted();
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit'],
    });
    let killTimer: NodeJS.Timeout | undefined;
    const forward = (): void => {
      const kind = signal.reason instanceof LumioError ? signal.reason.kind : 'terminated';
      // The child gets the event of its console, too.
      if (platform() === 'win32') killTimer = setTimeout(() => child.kill(), windowsGraceMs);
      else if (kind === 'hung_up') child.kill('SIGHUP');
      else if (kind !== 'interrupted') child.kill('SIGTERM');
      // Ctrl-C in a terminal reaches the child directly.
      else if (!stdin.isTerminal) child.kill('SIGINT');
    };
    const stop = (): void => {
      clearTimeout(killTimer);
      signal.removeEventListener('abort', forward);
    };
    signal.addEventListener('abort', forward, { once: true });
    child.on('error', (error) => {
      stop();
      reject(startError(program, error));
    });
    child.on('exit', (code, endedBy) => {
      stop();
      resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
  });
}

/** Windows can only kill a process, so the child gets this long to end by itself. */
const windowsGraceMs = 10_000;

/** @returns what a program prints to stdout @throws Error if it fails or takes too long */
export function captureOutput(
  words: readonly string[],
  { cwd, env, signal }: Pick<Host, 'cwd' | 'env' | 'signal'>,
  timeoutMs: number,
): Promise<string> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} exited with ${code}`)),
    );
  });
}

/** Without a cause, which repeats the program. */
function startError(program: string, error: Error): LumioError {
  const isMissing = systemCode(error) === 'ENOENT';
  const name = isPlainWord(program) ? ` "${program}"` : '';
  return new LumioError('usage', {
    code: 'command_not_started',
    message: isMissing
      ? `The command${name} wasn't found.`
      : `The command${name} can't be started (${systemErrorText(error)}).`,
    hint: isMissing
      ? 'Install it, specify its path, or run it with npx, as in: npx lumio deploy'
      : 'Specify a program and its arguments, as in: npm test',
  });
}
