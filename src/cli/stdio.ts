/**
 * stdin with a note when lumio waits for it; stdout and stderr without Node's streams for small
 * outputs, since those cost more at start than the rest of `--version`.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Host, OutputStream } from '../host.ts';

/** The smallest pipe buffer (macOS: 16 KiB), so that a direct write never blocks. */
const directBytes = 16 * 1024;

interface OutputTarget {
  readonly descriptor: 1 | 2;
  readonly platform: NodeJS.Platform;
  /** Node's stream for the descriptor, created on first use. */
  readonly stream: () => WriteStream;
}

export interface ProcessStream extends OutputStream {
  /** Settles when the system has accepted everything or a write has failed. */
  flushed(): Promise<void>;
}

/**
 * A stream that keeps the order of writes. A closed pipe isn't an error: the command continues. On
 * stderr, no failure is an error, so that a full disk can't stop a deploy.
 */
export function createOutputStream(target: OutputTarget): ProcessStream {
  const isDirect = isFileOrPipe(target);
  let budgetBytes = isDirect ? directBudget(target) : 0;
  let opened: WriteStream | undefined;
  let isClosed = false;
  const open = (): WriteStream => {
    // The writer gets the error from the callback; without a listener the event would end the
    // process.
    opened ??= target.stream().on('error', () => undefined);
    return opened;
  };
  return {
    get isTerminal() {
      return !isDirect && open().isTTY;
    },
    get isFile() {
      return fstatSync(target.descriptor).isFile();
    },
    columns: () => (!isDirect && open().isTTY ? open().columns : undefined),
    rows: () => (!isDirect && open().isTTY ? open().rows : undefined),
    get isReaderGone() {
      return isClosed;
    },
    write: async (chunk) => {
      if (isClosed) return;
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      budgetBytes -= bytes.length;
      try {
        const isDirect = opened === undefined && budgetBytes >= 0;
        const writtenBytes = isDirect ? writeDirectly(bytes, target) : 0;
        if (writtenBytes < bytes.length) await writeToStream(open(), bytes.subarray(writtenBytes));
      } catch (error) {
        isClosed ||= systemCode(error) === 'EPIPE';
        if (!isClosed && target.descriptor === 1) throw error;
      }
    },
    flushed: async () => {
      if (opened !== undefined) await writeToStream(opened, '').catch(() => undefined);
    },
  };
}

/**
 * Whether it is a file, a pipe, a socket (Node's pipes to its children) or /dev/null, and not a
 * terminal or another device. Windows has other pipes.
 */
export function isFileOrPipe({
  descriptor,
  platform,
}: {
  descriptor: number;
  platform: NodeJS.Platform;
}): boolean {
  if (platform === 'win32') return false;
  const stats = fstatSync(descriptor);
  if (stats.isFile() || stats.isFIFO() || stats.isSocket()) return true;
  return stats.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/** Writing to a file never blocks, and Node's stream for a file ignores partial writes. */
function directBudget({ descriptor }: OutputTarget): number {
  return fstatSync(descriptor).isFile() ? Number.POSITIVE_INFINITY : directBytes;
}

/** @returns the number of bytes written; fewer than requested when the pipe or the disk is full */
function writeDirectly(bytes: Uint8Array, { descriptor }: OutputTarget): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (systemCode(error) !== 'EAGAIN') throw error;
    return 0;
  }
}

function writeToStream(stream: WriteStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}

/** The command has already run, so the error for a full disk behind `> file` must report that. */
export function stdoutError(thrown: unknown): never {
  if (systemCode(thrown) === undefined) throw thrown;
  throw new LumioError('refused', {
    code: 'stdout_unwritable',
    message: `The command succeeded, but its result can't be written to stdout (${systemErrorText(thrown)}).`,
    hint: 'Check whether the disk is full before you run the command again.',
    cause: thrown,
  });
}

/** Piped input nearly always starts sooner. */
const silenceMs = 2000;

/**
 * stdin that prints a note when lumio waits for it: at once in a terminal, else after two seconds
 * without a byte.
 */
export function stdinWithNotice(
  host: Pick<Host, 'platform' | 'stdin' | 'clock' | 'signal'>,
  note: (text: string) => void,
): Host['stdin'] {
  return {
    get isTerminal() {
      return host.stdin.isTerminal;
    },
    stream: () => {
      const stream = host.stdin.stream();
      if (!host.stdin.isTerminal) {
        noteSilence(stream, host, note);
        return stream;
      }
      const isWindows = host.platform === 'win32';
      const keys = isWindows ? 'Ctrl-Z, then Enter,' : 'Ctrl-D';
      note(`Reading from the terminal (input is visible). Press ${keys} to finish.`);
      return isWindows ? Readable.from(untilEofCharacter(stream)) : stream;
    },
  };
}

/** A Windows console never ends: Ctrl-Z and Ctrl-D arrive as characters after Enter. */
async function* untilEofCharacter(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    const end = bytes.findIndex((byte) => byte === 0x1a || byte === 0x04);
    yield end === -1 ? bytes : bytes.subarray(0, end);
    if (end !== -1) return;
  }
}

function noteSilence(
  stream: Readable,
  { clock, signal }: Pick<Host, 'clock' | 'signal'>,
  note: (text: string) => void,
): void {
  const started = new AbortController();
  // A stream that ends without a byte is readable, too.
  for (const event of ['readable', 'close']) stream.once(event, () => started.abort());
  const warn = (): void => {
    // Input that arrived before the listeners emits no event.
    if (!stream.readableDidRead)
      note(
        'Note: waiting for input on stdin, which is open but empty. Pipe the input in, or ' +
          'close stdin if there is none.',
      );
  };
  clock.sleep(silenceMs, AbortSignal.any([signal, started.signal])).then(warn, () => undefined);
}
