/** stdin as commands get it: what is waited for is told, since in CI a pipe into which nobody writes looks like a hang without a reason. */
import type { Readable } from 'node:stream';
import type { Host } from '../host.ts';

/** What is piped in on purpose nearly always begins sooner. */
const silenceMs = 2000;

/**
 * @param note says a remark on stderr
 * @returns the host with a stdin whose reader is told what is waited for: at a terminal at once, else after two seconds without a byte
 */
export function withStdinNotice(host: Host, note: (text: string) => void): Host {
  const stdin: Host['stdin'] = {
    get isTerminal() {
      return host.stdin.isTerminal;
    },
    stream: () => {
      const stream = host.stdin.stream();
      if (host.stdin.isTerminal) note('Reading from the terminal, visibly; Ctrl-D ends it.');
      else tellSilence(stream, host, note);
      return stream;
    },
  };
  // Inherits instead of copying: reading `cwd` throws where the working directory is gone.
  const inherited: Host = Object.create(host, { stdin: { value: stdin } });
  return inherited;
}

function tellSilence(
  stream: Readable,
  { clock, signal }: Host,
  note: (text: string) => void,
): void {
  const heard = new AbortController();
  // A stream that comes to its end without a byte is readable, too.
  for (const event of ['readable', 'close']) stream.once(event, () => heard.abort());
  const tell = (): void => {
    // What was there before anybody listened is no event.
    if (!stream.readableDidRead)
      note(
        'Note: waiting for stdin: it is open, but nothing has come yet. It ends when its writer closes it; where there is none, pipe the input in, or add < /dev/null.',
      );
  };
  clock.sleep(silenceMs, AbortSignal.any([signal, heard.signal])).then(tell, () => undefined);
}
