/** The moving line at the bottom of a terminal. The only importer of ora, which loads on first use. */
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import type { Ora } from 'ora';
import type { Host, OutputStream } from '../host.ts';
import { type TerminalInfo, columnsOf } from './detect.ts';
import type { Style } from './style.ts';
import { cut } from './text.ts';

export interface LiveLine {
  /** Draws the latest open text, which may change all the time. @returns what closes it */
  open(text: () => string): () => void;
  isOpen(): boolean;
  /** Writes lines that stay. */
  print(lines: string): void;
  stop(): void;
}

const unicodeFrames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const asciiFrames = ['-', '\\', '|', '/'];
/** The sign, a space, and the last column, in which some terminals already fold. */
const besideText = 3;
const redrawEveryMs = 100;

export function createLiveLine(
  host: Pick<Host, 'stderr' | 'onExit'>,
  surface: TerminalInfo,
  style: Style,
): LiveLine {
  const texts: (() => string)[] = [];
  let spinner: Ora | undefined;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const hide = (): void => {
    clearInterval(timer);
    timer = undefined;
    if (spinner?.isSpinning === true) spinner.stop();
  };
  const draw = (): void => {
    const text = texts.at(-1);
    if (text === undefined) return hide();
    if (spinner === undefined) {
      // Steps are reported also where the animation can't be loaded.
      loading ??= load().catch(() => undefined);
      return;
    }
    spinner.text = cut(text(), columnsOf(host.stderr) - besideText, surface);
    if (!spinner.isSpinning) spinner.start();
    timer ??= setInterval(draw, redrawEveryMs).unref();
  };
  let forgetExit: (() => void) | undefined;
  const load = async (): Promise<void> => {
    const { default: ora } = await import('ora');
    const frames = surface.unicode ? unicodeFrames : asciiFrames;
    spinner = ora({
      stream: new TerminalStream(host.stderr),
      isEnabled: true,
      color: false,
      // Keys pressed meanwhile belong to the next reader of stdin.
      discardStdin: false,
      spinner: { interval: redrawEveryMs, frames: frames.map((frame) => style('accent', frame)) },
    });
    forgetExit = host.onExit(hide);
    draw();
  };
  return {
    open: (text) => {
      texts.push(text);
      draw();
      return () => {
        const at = texts.indexOf(text);
        if (at >= 0) texts.splice(at, 1);
        draw();
      };
    },
    isOpen: () => texts.length > 0,
    print: (lines) => {
      hide();
      void host.stderr.write(lines).catch(() => undefined);
      draw();
    },
    stop: () => {
      texts.length = 0;
      hide();
      forgetExit?.();
    },
  };
}

/**
 * A stream for ora. Each write reaches stderr before `write` returns: ora watches stderr for lines of
 * others, and would take its own for one if they came later.
 */
class TerminalStream extends Writable {
  readonly isTTY = true;
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    super({ decodeStrings: false });
    this.#stream = stream;
  }

  get columns(): number {
    return columnsOf(this.#stream);
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    // main notices if the terminal is gone.
    this.#stream.write(chunk).catch(() => undefined);
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
