/** stdin with a notice about what it waits for. */
import { Readable } from 'node:stream';
import type { Host } from '../host.ts';

/** Piped input nearly always starts sooner. */
const silenceMs = 2000;

/**
 * stdin whose reader gets a note about what it waits for: on a terminal at once, else after two
 * seconds without a byte.
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
      return isWindows ? Readable.from(untilEndOfText(stream)) : stream;
    },
  };
}

/** A console of Windows never ends: Ctrl-Z and Ctrl-D arrive as characters after Enter. */
async function* untilEndOfText(stream: Readable): AsyncGenerator<Buffer> {
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
