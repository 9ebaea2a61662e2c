/** Runs commands in the test's process, through the same `run` as the binary. */
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { LumioError } from '../../src/errors.ts';
import type { Clock, Host, OutputStream } from '../../src/host.ts';
import type { Registry } from '../../src/cli/command.ts';
import { run } from '../../src/cli/run.ts';
import { createRedact, keysOf } from '../../src/terminal/redact.ts';
import { fakeClock } from './clock.ts';
import { parseDocument } from './document.ts';
import { checkKeySafe } from './key-safe.ts';
import { temporaryDirectory } from './project.ts';
import { type ScriptedAnswer, scriptedPrompter } from './prompter.ts';

export interface HostOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Default: that of the tests. */
  readonly platform?: NodeJS.Platform;
  /** A stream is a pipe that may stay open. */
  readonly stdin?: string | Uint8Array | Readable;
  /** Makes stdin, stdout and stderr a terminal; by default they are pipes. */
  readonly terminal?: { readonly columns: number };
  /** Answers of the user in order; an unexpected prompt or an unused answer fails the test. */
  readonly answers?: readonly ScriptedAnswer[];
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  /** The prompts. */
  readonly questions: readonly string[];
  /** stdout as the one JSON document that it must be. */
  json(): unknown;
  /** stderr as the one JSON document that it must be. */
  error(): unknown;
}

/**
 * @param argv the arguments after `lumio`
 * @throws Error for an unexpected prompt, an unused answer, a key that was printed, and a file that
 * is left in the temporary directory
 */
export async function runLumio(
  argv: readonly string[],
  options: HostOptions = {},
): Promise<RunResult> {
  const home = await temporaryDirectory();
  const tempDir = await temporaryDirectory();
  const stdout = collector(options.terminal);
  const stderr = collector(options.terminal);
  const script = scriptedPrompter(options.answers ?? []);
  const undos = new Set<() => void>();
  const host: Host = {
    argv,
    // A PATH that leads nowhere: no test starts a program of this machine that it didn't name.
    env: {
      PATH: `${home}/no-programs`,
      HOME: home,
      USERPROFILE: home,
      LUMIO_CONFIG_DIR: `${home}/config`,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      ...options.env,
    },
    cwd: options.cwd ?? home,
    platform: options.platform ?? process.platform,
    nodeVersion: process.versions.node,
    tempDir,
    stdin: {
      isTerminal: options.terminal !== undefined && options.stdin === undefined,
      stream: () => streamOf(options.stdin ?? ''),
    },
    stdout: stdout.stream,
    stderr: stderr.stream,
    clock: options.clock ?? fakeClock(),
    signal: options.signal ?? new AbortController().signal,
    prompter: async () => script.prompter,
    onExit: (undo) => (undos.add(undo), () => undos.delete(undo)),
  };
  const exitCode = await run(host, createRedact(keysOf(host.env)), loadRegistry);
  for (const undo of undos) undo();
  const ran = {
    exitCode,
    stdout: stdout.text(),
    stdoutBytes: stdout.bytes(),
    stderr: stderr.text(),
    questions: script.questions,
  };
  script.checkUsedUp();
  checkKeySafe(ran.stdout + ran.stderr, options.env?.['LUMIO_API_KEY']);
  const left = await readdir(tempDir);
  if (left.length > 0) throw new Error(`left in the temporary directory: ${left.join(', ')}`);
  return { ...ran, json: () => parseDocument(ran.stdout), error: () => parseDocument(ran.stderr) };
}

async function loadRegistry(): Promise<Registry> {
  return (await import('../../src/commands/index.ts')).registry;
}

/** A host's signal after Ctrl-C. */
export function interruption(): LumioError {
  return new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
}

function streamOf(stdin: string | Uint8Array | Readable): Readable {
  return stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]);
}

function collector(terminal: HostOptions['terminal']): {
  stream: OutputStream;
  text: () => string;
  bytes: () => Buffer;
} {
  const chunks: Buffer[] = [];
  const stream: OutputStream = {
    isTerminal: terminal !== undefined,
    columns: () => terminal?.columns,
    async write(chunk) {
      chunks.push(Buffer.from(chunk));
    },
  };
  const bytes = (): Buffer => Buffer.concat(chunks);
  return { stream, bytes, text: () => bytes().toString() };
}
