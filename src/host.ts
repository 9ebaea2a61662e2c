/**
 * What the world is to the tool. `main.ts` makes the real one, tests make their own; nothing else looks at `process`.
 */
import type { Readable } from 'node:stream';
import type { Redact } from './terminal/redact.ts';

/** A place that text is written to: stdout or stderr. */
export interface OutputStream {
  /** Whether it is a terminal. */
  readonly isTerminal: boolean;
  /** Whether it is a regular file, as behind `2> log`; undefined where that is not known. */
  readonly isFile?: boolean;
  /** Whether its reader went away, so that nothing more that is written to it counts; undefined where that is not known. */
  readonly isReaderGone?: boolean;
  /** Width in columns as it is now; undefined when it is no terminal. */
  columns(): number | undefined;
  /** Height in rows as it is now; undefined when it is no terminal. */
  rows?(): number | undefined;
  /** Writes text or bytes, in order; settles when they are handed to the system, so that a full pipe slows the writer down. */
  write(chunk: string | Uint8Array): Promise<void>;
}

interface Source {
  readonly isTerminal: boolean;
  /** The bytes that come in. Reading starts on the first use, so an unread stdin never keeps the process alive. */
  stream(): Readable;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Milliseconds since some start, for durations: not affected by a change of the system's time. */
  monotonicMs(): number;
  /** Settles after `ms`; rejects at once with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
}

/** Questions for a person at a terminal. Each rejects with a LumioError of kind `interrupted` when it is cancelled. */
export interface Prompter {
  text(question: {
    message: string;
    initial?: string;
    check?: (answer: string) => string | undefined;
  }): Promise<string>;
  /** The answer is not shown while it is typed. It is one line; whoever gives more of them is told of `otherWay`, a sentence. */
  secret(question: { message: string; otherWay: string }): Promise<string>;
  confirm(question: { message: string; initial: boolean }): Promise<boolean>;
  /** A searchable list; resolves to the chosen `value`. */
  select(question: { message: string; choices: readonly Choice[] }): Promise<string>;
}

/** How questions are drawn. */
export interface PromptStyle {
  readonly noColor: boolean;
  /** Masks secrets. */
  readonly redact: Redact;
}

export interface Host {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working folder. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Version of the running Node, such as `20.20.2`. */
  readonly nodeVersion: string;
  /** Folder for temporary files. */
  readonly tempDir: string;
  readonly stdin: Source;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  /** Aborted on Ctrl-C or SIGTERM with a LumioError as its reason. */
  readonly signal: AbortSignal;
  prompter(look: PromptStyle): Promise<Prompter>;
  /** Runs `undo` when the process ends in whatever way that can be caught; the returned function takes it back. */
  onExit(undo: () => void): () => void;
}
