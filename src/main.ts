/** The only reader of `process`: creates the real host, handles signals, sets the exit code. */
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { type ErrorKind, LumioError, exitCodes } from './errors.ts';
import type { Clock, Host, PromptStyle, Prompter } from './host.ts';
import { isVerbose } from './cli/early-options.ts';
import { run } from './cli/run.ts';
import { sleep } from './shared/async.ts';
import { createOutputStream, isFileOrPipe } from './cli/stdio.ts';
import { createRedact, keysOf } from './terminal/redact.ts';

const undos = new Set<() => void>();
const controller = new AbortController();

const kindBySignal = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hung_up',
  /** Ctrl-Break on Windows. */
  SIGBREAK: 'interrupted',
} as const satisfies Partial<Record<NodeJS.Signals, ErrorKind>>;

/** The first signal aborts what is in progress, the second ends the process. */
function onSignal(signal: keyof typeof kindBySignal): void {
  const kind = kindBySignal[signal];
  const message = kind === 'interrupted' ? 'Interrupted.' : `Terminated by ${signal}.`;
  const error = new LumioError(kind, { code: kind, message });
  if (controller.signal.aborted) process.exit(error.exitCode);
  controller.abort(error);
}

const { platform } = process;
const stdout = createOutputStream({ descriptor: 1, platform, stream: () => process.stdout });
const stderr = createOutputStream({ descriptor: 2, platform, stream: () => process.stderr });

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new LumioError('refused', {
      code: 'no_working_directory',
      message: 'The working directory no longer exists.',
      hint: 'Change to a directory that exists.',
      cause,
    });
  }
}

async function prompter(style: PromptStyle): Promise<Prompter> {
  const { terminalOf } = await import('./terminal/detect.ts');
  const terminal = terminalOf(host, host.stderr, style);
  const options = {
    input: process.stdin,
    output: process.stderr,
    signal: controller.signal,
    clock,
    terminal,
  };
  if (process.env['TERM'] === 'dumb')
    return (await import('./terminal/plain-prompts.ts')).createPlainPrompter(options);
  return (await import('./terminal/prompts.ts')).createPrompter(options);
}

const clock: Clock = {
  now: Date.now,
  // The global `performance` takes 2 ms to load.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep,
  random: Math.random,
};

const host: Host = {
  argv: process.argv.slice(2),
  env: process.env,
  get cwd() {
    return workingDirectory();
  },
  platform,
  nodeVersion: process.versions.node,
  get tempDir() {
    return tmpdir();
  },
  stdin: {
    get isTerminal() {
      return !isFileOrPipe({ descriptor: 0, platform }) && process.stdin.isTTY;
    },
    stream: (): Readable => process.stdin,
  },
  stdout,
  stderr,
  clock,
  signal: controller.signal,
  prompter,
  onExit(undo) {
    undos.add(undo);
    return () => undos.delete(undo);
  },
};

// lumio reads what it writes, so the umask must not remove the owner's permissions.
process.umask(process.umask(0o077) & 0o077);

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('SIGHUP', onSignal);
if (platform === 'win32') process.on('SIGBREAK', onSignal);

/**
 * An error that nothing caught. Its message may contain anything, so only --verbose prints it,
 * masked.
 */
process.on('uncaughtException', (thrown: unknown) => {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  endWithBug(`lumio stopped because of a bug (${name}).\n${stackFor(thrown)}`);
});
// Nothing is left to run, and there is no result: that must not look like success.
process.on('beforeExit', () => {
  endWithBug('lumio stopped because of a bug: a pending operation can never finish.\n');
});
process.on('exit', () => {
  for (const undo of undos) undo();
});

function endWithBug(text: string): void {
  process.stderr.write(`error: ${text}`);
  process.exit(exitCodes.bug.code);
}

function stackFor(thrown: unknown): string {
  if (!isVerbose(host)) return '  Run the command again with --verbose and report the output.\n';
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `${redact(stack)}\n`;
}

const redact = createRedact(keysOf(process.env));

void run(host, redact, async () => (await import('./commands/index.ts')).registry).then(
  async (code) => {
    await Promise.all([stdout.flushed(), stderr.flushed()]);
    // A connection that is still being opened can't be cancelled and must not delay the exit.
    process.exit(code);
  },
);
