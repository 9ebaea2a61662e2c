/** The moving line at the bottom of a terminal. The only importer of ora; loads when the first step is shown. */
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import ora, { type Ora } from 'ora';
import type { OutputStream } from '../host.ts';
import type { Style } from './style.ts';
import type { TerminalInfo } from './detect.ts';
import { cut } from './width.ts';

export interface Spinner {
  /** Draws the line, or changes it. */
  show(text: string): void;
  /** Takes the line away and brings the cursor back. May be called at any time, again too. */
  hide(): void;
}

const unicodeFrames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const asciiFrames = ['-', '\\', '|', '/'];
/** The sign, a space, and the last column, in which some terminals already fold. */
const besideText = 3;

export function createSpinner(sink: OutputStream, surface: TerminalInfo, style: Style): Spinner {
  const frames = (surface.unicode ? unicodeFrames : asciiFrames).map((frame) =>
    style('accent', frame),
  );
  const spinner: Ora = ora({
    stream: new TerminalStream(sink, surface.columns),
    isEnabled: true,
    color: false,
    // Keys pressed meanwhile belong to whoever reads stdin next; taking them would also take Ctrl-C out of the terminal's hands.
    discardStdin: false,
    spinner: { interval: 100, frames },
  });
  return {
    show: (text) => {
      spinner.text = cut(text, (sink.columns() ?? surface.columns) - besideText, surface);
      if (!spinner.isSpinning) spinner.start();
    },
    hide: () => {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}

/**
 * A sink as the terminal stream that ora wants. Each write reaches the sink before `write` returns: ora watches stderr itself for
 * foreign lines, and would take its own for one if they came later.
 */
class TerminalStream extends Writable {
  readonly isTTY = true;
  readonly #sink: OutputStream;
  readonly #columns: number;

  constructor(sink: OutputStream, columns: number) {
    super({ decodeStrings: false });
    this.#sink = sink;
    this.#columns = columns;
  }

  get columns(): number {
    return this.#sink.columns() ?? this.#columns;
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    // A frame that can't be drawn is no loss; whether the terminal is still there is main's to notice.
    this.#sink.write(chunk).catch(() => undefined);
    done();
  }

  cursorTo(column: number): boolean {
    return cursorTo(this, column);
  }

  moveCursor(columns: number, rows: number): boolean {
    return moveCursor(this, columns, rows);
  }

  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }
}
