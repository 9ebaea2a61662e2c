/**
 * The environment of a run. `main.ts` creates the real one, tests create their own; nothing else
 * reads `process`.
 */
import type { Readable } from 'node:stream';
import type { Redact } from './terminal/redact.ts';

export interface OutputStream {
  readonly isTerminal: boolean;
  /** Whether it is a regular file, as with `2> log`; undefined if unknown. */
  readonly isFile?: boolean;
  /** Whether its reader has closed it; undefined if unknown. */
  readonly isReaderGone?: boolean;
  /** Current width; undefined when it isn't a terminal. */
  columns(): number | undefined;
  /** Current height; undefined when it isn't a terminal. */
  rows?(): number | undefined;
  /**
   * Writes in order; settles when the system has accepted the chunk, so that a full pipe slows the
   * writer down.
   */
  write(chunk: string | Uint8Array): Promise<void>;
}

interface Source {
  readonly isTerminal: boolean;
  /** Created on first use, so that an unread stdin never keeps the process alive. */
  stream(): Readable;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /**
   * Milliseconds since an arbitrary start, for durations; not affected by changes to the system
   * time.
   */
  monotonicMs(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
}

/**
 * Prompts in a terminal. Each rejects with a LumioError of kind `interrupted` when it is cancelled.
 */
export interface Prompter {
  text(question: {
    message: string;
    initial?: string;
    check?: (answer: string) => string | undefined;
  }): Promise<string>;
  /** Hidden while typed, and one line; several are refused with `otherWay` as the hint. */
  secret(question: { message: string; otherWay: string }): Promise<string>;
  confirm(question: { message: string; initial: boolean }): Promise<boolean>;
  /** A searchable list; resolves to the chosen `value`. */
  select(question: { message: string; choices: readonly Choice[] }): Promise<string>;
}

export interface PromptStyle {
  readonly noColor: boolean;
  readonly redact: Redact;
}

export interface Host {
  /** Without the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. @throws LumioError when the working directory no longer exists */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Such as `20.20.2`. */
  readonly nodeVersion: string;
  readonly tempDir: string;
  readonly stdin: Source;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  /** Aborted on SIGINT, SIGTERM and SIGHUP, with a LumioError as its reason. */
  readonly signal: AbortSignal;
  prompter(style: PromptStyle): Promise<Prompter>;
  /**
   * Runs `undo` when the process ends in any way that can be caught.
   * @returns a function that cancels it
   */
  onExit(undo: () => void): () => void;
}
