/** Runs a program as a child. The only importer of cross-spawn, which finds npm and npx on Windows, where they are scripts, and quotes for them. */
import { constants } from 'node:os';
import spawn from 'cross-spawn';
import { LumioError, systemCode } from '../errors.ts';
import type { Host } from '../host.ts';

/** What a child gets of the world. On Ctrl-C or SIGTERM (`signal`) it is told, unless its terminal tells it (`stdin`), and waited for. */
type Surroundings = Pick<Host, 'cwd' | 'env' | 'signal' | 'stdin'>;

/**
 * @param words the program and its arguments; not run through a shell
 * @param output where what it says on stdout goes: `aside` where that is no part of our own result
 * @returns its exit code; 128 + n when signal n ended it, as shells have it
 * @throws LumioError usage, when it can't be started
 */
export function runProgram(
  words: readonly string[],
  { cwd, env, signal, stdin }: Surroundings,
  output: 'stdout' | 'aside' = 'stdout',
): Promise<number> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit'],
    });
    const forward = (): void => {
      const interrupted =
        signal.reason instanceof LumioError && signal.reason.kind === 'interrupted';
      if (!interrupted) child.kill('SIGTERM');
      else if (!stdin.isTerminal) child.kill('SIGINT');
    };
    signal.addEventListener('abort', forward, { once: true });
    child.on('error', (error) => {
      signal.removeEventListener('abort', forward);
      reject(notStarted(program, error));
    });
    child.on('exit', (code, endedBy) => {
      signal.removeEventListener('abort', forward);
      resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
  });
}

function notStarted(program: string, error: Error): LumioError {
  const code = systemCode(error);
  return new LumioError('usage', {
    code: 'command_not_started',
    message:
      code === 'ENOENT'
        ? `There is no command "${program}".`
        : `"${program}" can't be started (${code ?? error.message}).`,
    hint:
      code === 'ENOENT'
        ? 'Install it, give its path, or run it through npx, as in: npx lumio deploy'
        : 'Give a program and its arguments, as in: npm test',
    cause: error,
  });
}
