/** The only reader of `process`: makes the real host, turns Ctrl-C into a quiet end, calls run, sets the exit code. */
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { cacheDirectory } from './shared/cache-directory.ts';
import { keepCompiled } from './cli/compiled.ts';
import { LumioError, exitCodes } from './errors.ts';
import type { Clock, Host, PromptStyle, Prompter } from './host.ts';
import { run } from './cli/run.ts';
import { sleep } from './shared/sleep.ts';
import { createOutputStream } from './cli/stdio.ts';

const undos = new Set<() => void>();
const controller = new AbortController();

/** Ends at the first signal by aborting what is under way, at the second at once. */
function onSignal(signal: NodeJS.Signals): void {
  const error =
    signal === 'SIGINT'
      ? new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' })
      : new LumioError('terminated', { code: 'terminated', message: `Terminated by ${signal}.` });
  if (controller.signal.aborted) process.exit(error.exitCode);
  controller.abort(error);
}

const { platform } = process;
const stdout = createOutputStream({ descriptor: 1, platform, stream: () => process.stdout });
const stderr = createOutputStream({ descriptor: 2, platform, stream: () => process.stderr });

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new LumioError('refused', {
      code: 'no_working_folder',
      message: 'The working folder is gone.',
      hint: 'Change to a folder that exists.',
      cause,
    });
  }
}

async function prompter(look: PromptStyle): Promise<Prompter> {
  const { detectTerminal } = await import('./terminal/detect.ts');
  const surface = detectTerminal({
    ...look,
    env: process.env,
    platform: process.platform,
    stream: host.stderr,
    nowMs: Date.now(),
  });
  const options = {
    input: process.stdin,
    output: process.stderr,
    signal: controller.signal,
    clock,
    surface,
  };
  if (process.env['TERM'] === 'dumb')
    return (await import('./terminal/plain-prompts.ts')).createPlainPrompter(options);
  return (await import('./terminal/prompts.ts')).createPrompter(options);
}

const clock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep,
  random: Math.random,
};

const host: Host = {
  argv: process.argv.slice(2),
  env: process.env,
  get cwd() {
    return workingFolder();
  },
  platform,
  nodeVersion: process.versions.node,
  get tempDir() {
    return tmpdir();
  },
  stdin: {
    get isTerminal() {
      return process.stdin.isTTY;
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

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
// A bug past all catching. What was thrown may hold anything, a key too, so only its kind is told.
process.on('uncaughtException', (thrown: unknown) => {
  process.stderr.write(
    `error: lumio stopped because of a bug (${thrown instanceof Error ? thrown.name : typeof thrown}).\n`,
  );
  process.exit(exitCodes.bug.code);
});
// Nothing is left to happen, and yet there is no result: that must not look like success.
process.on('beforeExit', () => {
  process.stderr.write(
    'error: lumio stopped because of a bug: it waited for something that can no longer happen.\n',
  );
  process.exit(exitCodes.bug.code);
});
process.on('exit', () => {
  for (const undo of undos) undo();
});
const caches = cacheDirectory(process.env, platform);
// For --version and --help there is too little to be read.
if (caches !== undefined && host.argv[0]?.startsWith('-') === false) keepCompiled(caches);
void run(host).then(async (code) => {
  await Promise.all([stdout.flushed(), stderr.flushed()]);
  // What can't be called off, such as a connection that is still being opened for nobody, must not keep us; nor need Node tidy up first.
  process.exit(code);
});
