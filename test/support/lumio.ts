/** Spawns the built binary in a clean environment. */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { parseDocument } from './document.ts';
import { checkKeySafe } from './key-safe.ts';
import { temporaryDirectory } from './project.ts';

/**
 * `LUMIO_TEST_BIN` and `LUMIO_TEST_NODE` let the same tests run against an installed package and
 * another Node.
 */
export const binary =
  process.env['LUMIO_TEST_BIN'] ?? join(import.meta.dirname, '../../bin/lumio.js');
export const node = process.env['LUMIO_TEST_NODE'] ?? process.execPath;

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The content of stdin; empty by default. */
  readonly input?: string | Uint8Array;
}

export interface SpawnResult {
  readonly exitCode: number | undefined;
  /** The name of the signal that ended it, if one did. */
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  json(): unknown;
  error(): unknown;
}

/** The environment of a machine where lumio was never used. */
export async function cleanEnvironment(): Promise<Record<string, string>> {
  const home = await temporaryDirectory();
  const temporary = await temporaryDirectory();
  return {
    ...systemVariables(),
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData'),
    LUMIO_CONFIG_DIR: join(home, 'config'),
    TMPDIR: temporary,
    TEMP: temporary,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  };
}

/** Without these, no program starts. The others are of Windows. */
function systemVariables(): Record<string, string> {
  const names = ['PATH', 'PATHEXT', 'SYSTEMROOT', 'COMSPEC'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Runs a command to its end; an exit code is a result, never an exception. */
export function lumio(
  argv: readonly string[],
  surroundings: SpawnOptions = {},
): Promise<SpawnResult> {
  return runToEnd([node, binary, ...argv], surroundings);
}

/** Runs a line of shell. */
export function shell(
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<SpawnResult> {
  return runToEnd(['sh', '-c', line], { env });
}

async function runToEnd(
  [file = '', ...words]: readonly string[],
  { cwd, env, input }: SpawnOptions,
): Promise<SpawnResult> {
  const clean = await cleanEnvironment();
  const child = await execa(file, words, {
    reject: false,
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    env: { ...clean, ...env },
    cwd: cwd ?? clean['HOME'] ?? '',
    input: input ?? '',
  });
  const stdoutBytes = Buffer.from(child.stdout);
  const [stdout, stderr] = [stdoutBytes.toString(), Buffer.from(child.stderr).toString()];
  checkKeySafe(stdout + stderr, env?.['LUMIO_API_KEY']);
  return {
    exitCode: child.exitCode,
    signal: child.signal,
    stdout,
    stdoutBytes,
    stderr,
    json: () => parseDocument(stdout),
    error: () => parseDocument(stderr),
  };
}

export interface Running {
  /**
   * Settles with the first whole JSON document on stdout. @throws Error when the process ends
   * before it
   */
  readonly document: Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
  /** Settles when it has ended. */
  readonly ended: Promise<{
    exitCode: number | undefined;
    signal: string | undefined;
    stderr: string;
  }>;
}

/** Starts a command that keeps running, such as `sandbox start --json`. */
export async function startLumio(
  argv: readonly string[],
  { cwd, env }: SpawnOptions = {},
): Promise<Running> {
  const clean = await cleanEnvironment();
  const child = execa(node, [binary, ...argv], {
    reject: false,
    extendEnv: false,
    env: { ...clean, ...env },
    cwd: cwd ?? clean['HOME'] ?? '',
    stdin: 'ignore',
  });
  const ended = child.then(({ exitCode, signal, stderr }) => ({ exitCode, signal, stderr }));
  return {
    document: firstDocument(child.stdout),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

function firstDocument(stdout: Readable): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let printed = '';
    stdout.on('data', (chunk: unknown) => {
      printed += String(chunk);
      const document = parsedOrNothing(printed);
      if (document !== undefined) resolve(document);
    });
    stdout.on('end', () =>
      reject(new Error(`ended before a whole document was printed: ${printed}`)),
    );
  });
}

function parsedOrNothing(text: string): unknown {
  try {
    return parseDocument(text);
  } catch {
    return undefined;
  }
}
