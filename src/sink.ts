/** stdout and stderr, written to without Node's streams as long as little is written: those cost a start more than the rest of `--version`. */
import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { systemCode } from './errors.ts';
import type { Sink } from './host.ts';

/** No pipe holds less (macOS: 16 KiB), so as little as this is never waited with, not even for a reader that is stuck. */
const directBytes = 16 * 1024;

interface Outlet {
  readonly descriptor: 1 | 2;
  readonly platform: NodeJS.Platform;
  /** Node's stream for the descriptor, made on first use. */
  readonly stream: () => WriteStream;
  /** What follows when nobody reads any more. */
  readonly closed: () => void;
}

export interface StandardSink extends Sink {
  /** Settles when all that was written has been handed to the system, or can't be: that was told to who wrote it. */
  settled(): Promise<void>;
}

/** @returns a sink in which what is written keeps its order; a reader that went away is no error */
export function createSink(outlet: Outlet): StandardSink {
  const plain = isPlain(outlet);
  let opened: WriteStream | undefined;
  let budgetBytes = plain ? directBytes : 0;
  const open = (): WriteStream => {
    if (opened !== undefined) return opened;
    opened = outlet.stream();
    opened.on('error', (error) => {
      if (systemCode(error) === 'EPIPE') outlet.closed();
    });
    return opened;
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
    write: async (chunk) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      budgetBytes -= bytes.length;
      const writtenBytes = opened === undefined && budgetBytes >= 0 ? writeDirectly(bytes, outlet) : 0;
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

/** @returns how many bytes were taken; fewer than given when the pipe is full */
function writeDirectly(bytes: Uint8Array, { descriptor, closed }: Outlet): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return 0;
    if (systemCode(error) !== 'EPIPE') throw error;
    closed();
    return bytes.length;
  }
}

function writeToStream(stream: WriteStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error == null || systemCode(error) === 'EPIPE') resolve();
      else reject(error);
    });
  });
}
