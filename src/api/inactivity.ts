/** When to abort a connection without traffic. */
import type { Socket } from 'node:net';
import type { Clock } from '../host.ts';
import { ConnectionError } from './failure.ts';

/** How much of an upload the kernels on both sides buffer (Linux: tcp_wmem, tcp_rmem). */
const kernelBufferBytes = 8 * 1024 * 1024;

interface Write {
  readonly atMs: number;
  readonly totalBytes: number;
  readonly bytesRead: number;
}

/**
 * Destroys a socket on which no byte moves for `timeoutMs`.
 * Kernel buffers hide progress, so the timeout grows by the time that the last 8 MiB took.
 */
export function watchInactivity(
  socket: Socket,
  timeoutMs: number,
  clock: Pick<Clock, 'monotonicMs'> = { monotonicMs: () => performance.now() },
): void {
  let writes: Write[] = [];
  let totalBytes = 0;
  let creditMs = 0;
  // A response proves that everything before it has arrived.
  const unconfirmed = (): Write[] =>
    writes.filter(
      (write) =>
        write.bytesRead === socket.bytesRead && totalBytes - write.totalBytes <= kernelBufferBytes,
    );
  readResponseAfterWriteError(socket, (sizeBytes) => {
    totalBytes += sizeBytes;
    const { bytesRead } = socket;
    writes = [...unconfirmed(), { atMs: clock.monotonicMs(), totalBytes, bytesRead }];
  });
  socket.on('timeout', () => {
    const pending = unconfirmed();
    const [first, last] = [pending.at(0), pending.at(-1)];
    if (socket.writableLength === 0 && first !== undefined && last !== undefined)
      creditMs += last.atMs - first.atMs;
    writes = [];
    if (creditMs <= 0) return void socket.destroy(new ConnectionError('inactive'));
    creditMs -= timeoutMs;
    return void socket.setTimeout(timeoutMs);
  });
}

const responseGraceMs = 2000;

type WriteCallback = (error?: Error | null) => void;

/**
 * A server that refuses an upload early (413, 401, 429) responds and closes, so that the next write
 * fails. Node then drops a response that has arrived; so a failed write is reported only after a
 * grace period.
 */
function readResponseAfterWriteError(socket: Socket, onWritten: (sizeBytes: number) => void): void {
  const delayed =
    (sizeBytes: number, done: WriteCallback): WriteCallback =>
    (error) => {
      if (error != null) return void setTimeout(done, responseGraceMs, error).unref();
      onWritten(sizeBytes);
      return done();
    };
  const write = socket._write.bind(socket);
  const writeMany = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, delayed(chunk.length, done));
  if (writeMany === undefined) return;
  socket._writev = (chunks, done) => {
    const sizeBytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    return writeMany(chunks, delayed(sizeBytes, done));
  };
}
