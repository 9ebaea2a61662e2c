/** The only reader of `process`: makes the real host, turns Ctrl-C and a closed pipe into quiet ends, calls run, sets the exit code. */
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { LumioError } from './errors.ts';
import type { Clock, Host, PromptLook, Prompter, Sink } from './host.ts';
import { run } from './run.ts';

const undos = new Set<() => void>();
const controller = new AbortController();

/** Ends at the first signal by aborting what is under way, at the second at once. */
function onSignal(signal: 'SIGINT' | 'SIGTERM'): void {
  const error = signal === 'SIGINT'
    ? new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' })
    : new LumioError('terminated', { code: 'terminated', message: 'Terminated by SIGTERM.' });
  if (controller.signal.aborted) process.exit(error.exitCode);
  controller.abort(error);
}

function sink(stream: WriteStream): Sink {
  // Who reads us may stop reading (`| head -1`): that is no error of ours, and there is nobody left to tell.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
  });
  return {
    isTerminal: stream.isTTY,
    columns: () => (stream.isTTY ? stream.columns : undefined),
    write: (chunk) => new Promise((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    }),
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(LumioError.prototype.isPrototypeOf(signal.reason) ? signal.reason : new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function prompter(look: PromptLook): Promise<Prompter> {
  const [{ createPrompter }, { surfaceOf }] = await Promise.all([import('./ui/prompts.ts'), import('./ui/surface.ts')]);
  const surface = surfaceOf({ ...look, env: process.env, platform: process.platform, sink: host.stderr, nowMs: Date.now() });
  return createPrompter({ input: process.stdin, output: process.stderr, signal: controller.signal, surface });
}

const clock: Clock = { now: Date.now, sleep, random: Math.random };

const host: Host = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  platform: process.platform,
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
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  clock,
  signal: controller.signal,
  prompter,
  onExit(undo) {
    undos.add(undo);
    return () => undos.delete(undo);
  },
};

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('exit', () => {
  for (const undo of undos) undo();
});
void run(host).then((code) => {
  process.exitCode = code;
  // What can't be called off, such as the look-up of a name that nobody waits for any more, must not keep us once all is written.
  process.stderr.write('', () => setTimeout(() => process.exit(), 0).unref());
});
