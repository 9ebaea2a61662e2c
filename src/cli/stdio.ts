/** stdout and stderr, written to without Node's streams as long as little is written: those cost a start more than the rest of `--version`. */
import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { systemCode } from '../errors.ts';
import type { OutputStream } from '../host.ts';

/** No pipe holds less (macOS: 16 KiB), so as little as this is never waited with, not even for a reader that is stuck. */
const directBytes = 16 * 1024;

interface Outlet {
  readonly descriptor: 1 | 2;
  readonly platform: NodeJS.Platform;
  /** Node's stream for the descriptor, made on first use. */
  readonly stream: () => WriteStream;
}

export interface ProcessStream extends OutputStream {
  /** Settles when all that was written has been handed to the system, or can't be: that was told to who wrote it. */
  flushed(): Promise<void>;
}

/**
 * @returns a sink in which what is written keeps its order. A reader that went away is no error: the command goes on to its own end. On stderr
 * nothing is one, a full disk neither: remarks that can't be kept must not end a deploy that is under way.
 */
export function createOutputStream(outlet: Outlet): ProcessStream {
  const plain = isPlain(outlet);
  const { open, write, settled } = createWriter(outlet, plain ? directBudget(outlet) : 0);
  let isClosed = false;
  const refused = (error: unknown): void => {
    isClosed ||= systemCode(error) === 'EPIPE';
    if (!isClosed && outlet.descriptor === 1) throw error;
  };
  return {
    get isTerminal() {
      return !plain && open().isTTY;
    },
    get isFile() {
      return fstatSync(outlet.descriptor).isFile();
    },
    columns: () => (!plain && open().isTTY ? open().columns : undefined),
    rows: () => (!plain && open().isTTY ? open().rows : undefined),
    get isReaderGone() {
      return isClosed;
    },
    write: async (chunk) => {
      if (!isClosed)
        await write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk).catch(refused);
    },
    flushed: settled,
  };
}

interface Writer {
  open(): WriteStream;
  write(bytes: Uint8Array): Promise<void>;
  settled(): Promise<void>;
}

/** @param directLimitBytes as much is written without Node's stream */
function createWriter(outlet: Outlet, directLimitBytes: number): Writer {
  let opened: WriteStream | undefined;
  let budgetBytes = directLimitBytes;
  const open = (): WriteStream => {
    if (opened !== undefined) return opened;
    opened = outlet.stream();
    // Who wrote is told by the callback; without a listener the event would end the process.
    opened.on('error', () => undefined);
    return opened;
  };
  return {
    open,
    write: async (bytes) => {
      budgetBytes -= bytes.length;
      const writtenBytes =
        opened === undefined && budgetBytes >= 0 ? writeDirectly(bytes, outlet) : 0;
      if (writtenBytes < bytes.length) await writeToStream(open(), bytes.subarray(writtenBytes));
    },
    settled: async () => {
      if (opened !== undefined) await writeToStream(opened, '').catch(() => undefined);
    },
  };
}

/** Whether it is a file, a pipe or, as Node makes them for its children, a socket: no terminal, no device. Windows has other pipes. */
function isPlain({ descriptor, platform }: Outlet): boolean {
  if (platform === 'win32') return false;
  const stats = fstatSync(descriptor);
  return stats.isFile() || stats.isFIFO() || stats.isSocket();
}

/** A file never lets its writer wait. Node's stream for one takes no notice of a write of which only a part found room. */
function directBudget({ descriptor }: Outlet): number {
  return fstatSync(descriptor).isFile() ? Number.POSITIVE_INFINITY : directBytes;
}

/** @returns how many bytes were taken; fewer than given when the pipe is full, or the disk is */
function writeDirectly(bytes: Uint8Array, { descriptor }: Outlet): number {
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
