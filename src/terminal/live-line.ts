/**
 * The animated parts of a terminal: the line at the bottom, and text that is redrawn. The only
 * importer of ora.
 */
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import type { Ora } from 'ora';
import type { Host, OutputStream } from '../host.ts';
import { type TerminalInfo, columnsOf } from './detect.ts';
import type { Style } from './style.ts';
import { truncate, widthOf } from './text.ts';

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
/** The symbol, a space, and the last column, where some terminals already wrap. */
const reservedColumns = 3;
const redrawEveryMs = 100;

export function createLiveLine(
  host: Pick<Host, 'stderr' | 'onExit'>,
  terminal: TerminalInfo,
  style: Style,
): LiveLine {
  const texts = new Set<() => string>();
  let spinner: Ora | undefined;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const hide = (): void => {
    clearInterval(timer);
    timer = undefined;
    if (spinner?.isSpinning === true) spinner.stop();
  };
  const forgetExit = host.onExit(hide);
  const load = async (): Promise<void> => {
    spinner = await createSpinner(host.stderr, terminal, style);
    draw();
  };
  const draw = (): void => {
    const text = [...texts].at(-1);
    if (text === undefined) return hide();
    // Steps are reported also where the animation can't be loaded.
    if (spinner === undefined) return void (loading ??= load().catch(() => undefined));
    spinner.text = truncate(text(), columnsOf(host.stderr) - reservedColumns, terminal);
    if (!spinner.isSpinning) spinner.start();
    timer ??= setInterval(draw, redrawEveryMs).unref();
  };
  return {
    open: (text) => {
      texts.add(text);
      draw();
      return () => {
        texts.delete(text);
        draw();
      };
    },
    isOpen: () => texts.size > 0,
    print: (lines) => {
      hide();
      void host.stderr.write(lines).catch(() => undefined);
      draw();
    },
    stop: () => {
      texts.clear();
      hide();
      forgetExit();
    },
  };
}

async function createSpinner(
  stream: OutputStream,
  terminal: TerminalInfo,
  style: Style,
): Promise<Ora> {
  const { default: ora } = await import('ora');
  const frames = terminal.unicode ? unicodeFrames : asciiFrames;
  return ora({
    stream: new TerminalStream(stream),
    isEnabled: true,
    color: false,
    // Keys pressed meanwhile belong to the next reader of stdin.
    discardStdin: false,
    spinner: { interval: redrawEveryMs, frames: frames.map((frame) => style('accent', frame)) },
  });
}

/**
 * A stream for ora. Each write reaches stderr before `write` returns: ora watches stderr for
 * other writers, and would mistake its own late writes for theirs.
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
    // main notices if the terminal has closed.
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

/** Replaces the previous text. */
export type Redraw = (text: string) => Promise<void>;

const escape = '\u001B';

/** Text higher than the terminal is appended, since what scrolled away can't be reached. */
export function createRedraw(stream: OutputStream): Redraw {
  let rowsBefore = 0;
  return async (text) => {
    const back = rowsBefore === 0 ? '' : `${escape}[${rowsBefore}A\r${escape}[J`;
    await stream.write(back + text);
    const rows = rowsOf(text, columnsOf(stream));
    // A height of 0 means unknown, like a width of 0.
    const height = stream.rows?.() ?? 0;
    rowsBefore = height === 0 || rows < height ? rows : 0;
  };
}

/** A line that is wider than the terminal takes several rows. */
function rowsOf(text: string, columns: number): number {
  const lines = text.split('\n').slice(0, -1);
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
}
