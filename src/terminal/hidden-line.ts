/** Passes one typed or pasted line to a hidden prompt, and keeps the rest from the shell. */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';

export interface HiddenLine {
  readonly input: Readable;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** A hint: how to pass a value of several lines instead. */
  readonly otherWay: string;
  /** Where to ask the terminal to mark what is pasted (bracketed paste). */
  readonly marking?: NodeJS.WritableStream;
}

interface PromptInput {
  readonly input: Readable;
  readonly signal: AbortSignal;
}

/** What was typed before the prompt arrives within this time. */
const earlyMs = 20;
/** A paste is over after this long without input. */
const silenceMs = { aLine: 150, tooMuch: 500, unendedPaste: 2000 };
/** A key may be stuck. */
const maxSilenceMs = 10_000;

/**
 * Runs a prompt that reads key by key and shows nothing. The terminal is in raw mode until the last
 * byte has arrived, since in another mode it shows what arrives, and the shell runs it. The prompt
 * gets its Enter once nothing but line ends can follow.
 * @throws LumioError usage for more than one line
 */
export async function withHiddenLine<Answer>(
  options: HiddenLine,
  question: (asked: PromptInput) => Promise<Answer>,
): Promise<Answer> {
  const line = new OneLineInput(options);
  try {
    await line.discardEarly();
    return await question({ input: line, signal: AbortSignal.any([options.signal, line.refused]) });
  } finally {
    await line.close();
  }
}

const marksOn = '\u001B[?2004h';
const marksOff = '\u001B[?2004l';
/** Ctrl-Z: readline stops the process. */
const suspend = '\u001A';

class OneLineInput extends Readable {
  /** As readline set it; the terminal may stay raw for longer. */
  isRaw = false;
  readonly #options: HiddenLine;
  readonly #decoder = new StringDecoder('utf8');
  readonly #refusal = new AbortController();
  #line = emptyLine;
  #stage: 'early' | 'asking' | 'over' = 'early';
  #lastKeys = '';
  #lastMs = -Infinity;
  #isTerminalRaw = false;

  constructor(options: HiddenLine) {
    super();
    this.#options = options;
    const { input } = options;
    this.#setTerminal('raw');
    input.on('data', this.#take).once('end', this.#end).once('close', this.#end);
    if (input.readableEnded || input.destroyed) this.#end();
  }

  get refused(): AbortSignal {
    return this.#refusal.signal;
  }

  override _read(): void {
    // Everything was pushed.
  }

  /** Readline calls it with false when it closes, and before Ctrl-Z stops the process. */
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    if (isRaw) this.#setTerminal('raw');
    else if (this.#lastKeys.includes(suspend)) this.#setTerminal('previous');
    return this;
  }

  /** Discards the rest of a paste that began before the prompt: it isn't the whole value. */
  async discardEarly(): Promise<void> {
    await this.#options.clock.sleep(earlyMs, this.#options.signal);
    await this.#silence();
    this.#line = emptyLine;
    if (this.#stage === 'early') this.#stage = 'asking';
  }

  /** Restores the terminal once no more input arrives. */
  async close(): Promise<void> {
    const { input, marking } = this.#options;
    this.#stage = 'over';
    // Before the wait: after a second signal Node undoes only the raw mode.
    marking?.write(marksOff);
    await this.#silence();
    this.#setTerminal('previous');
    input.off('data', this.#take).off('end', this.#end).off('close', this.#end).pause();
  }

  readonly #take = (chunk: Buffer | string): void => {
    const before = this.#line.stage;
    const { line, keys } = feed(
      this.#line,
      typeof chunk === 'string' ? chunk : this.#decoder.write(chunk),
    );
    this.#line = line;
    this.#lastMs = this.#options.clock.monotonicMs();
    if (this.#stage !== 'asking') return;
    if (keys !== '') {
      this.#lastKeys = keys;
      this.push(keys);
    }
    if (line.stage === 'multiline') this.#refuse();
    else if (line.stage === 'ended' && before === 'open') void this.#silence().then(this.#finish);
  };

  readonly #finish = (): void => {
    if (this.#stage !== 'asking') return;
    if (this.#line.inPaste) {
      this.#refuse();
      return;
    }
    this.#stage = 'over';
    this.push('\r');
  };

  readonly #end = (): void => {
    if (this.#line.stage === 'ended') this.#finish();
    this.#stage = 'over';
    this.push(null);
  };

  #refuse(): void {
    this.#stage = 'over';
    this.#refusal.abort(
      new LumioError('usage', {
        code: 'several_lines',
        message: 'The prompt accepts one line, but received more. Nothing was stored.',
        hint: this.#options.otherWay,
      }),
    );
  }

  /** Without a signal: what ends the prompt doesn't end the paste. */
  async #silence(): Promise<void> {
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + maxSilenceMs;
    for (;;) {
      const leftMs =
        Math.min(this.#lastMs + this.#neededSilenceMs(), deadlineMs) - clock.monotonicMs();
      if (leftMs <= 0) return;
      await clock.sleep(leftMs, new AbortController().signal);
    }
  }

  #neededSilenceMs(): number {
    if (this.#line.inPaste) return silenceMs.unendedPaste;
    return this.#line.stage === 'multiline' ? silenceMs.tooMuch : silenceMs.aLine;
  }

  #setTerminal(mode: 'raw' | 'previous'): void {
    const { input, marking } = this.#options;
    const isRaw = mode === 'raw';
    if (this.#isTerminalRaw === isRaw) return;
    this.#isTerminalRaw = isRaw;
    if ('setRawMode' in input && typeof input.setRawMode === 'function') input.setRawMode(isRaw);
    marking?.write(isRaw ? marksOn : marksOff);
  }
}

export function cancelled(cause?: unknown): LumioError {
  return new LumioError('interrupted', {
    code: 'cancelled',
    message: 'Cancelled. Nothing was changed.',
    cause,
  });
}

/** The state of one typed or pasted line. */
interface Line {
  /** The beginning of a mark whose rest has yet to arrive. */
  readonly unfinished: string;
  readonly inPaste: boolean;
  /** A copied line often has further line ends after it. */
  readonly stage: 'open' | 'ended' | 'multiline';
}

/** @internal Exported for tests. */
export const emptyLine: Line = { unfinished: '', inPaste: false, stage: 'open' };

/** Bracketed paste: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const escape = '\u001B';
const pasteStart = `${escape}[200~`;
const pasteEnd = `${escape}[201~`;
const marks = new RegExp(String.raw`(${escape}\[20[01]~)`);
const unfinishedMark = new RegExp(String.raw`${escape}(?:\[(?:2(?:0[01]?)?)?)?$`);
const parts = /^([^\r\n]*)([\r\n]*)(.*)$/s;
/** Readline also ends a line here, and drops the text before. */
const separator = /[\u2028\u2029]/;
/** Also what a prompt reads as a key. */
const separatorOrControl = /[^\P{Cc}\t]|[\u2028\u2029]/u;

/**
 * Several lines are refused even in a marked paste: terminals send `\r` for `\n` and for `\r\n`,
 * and remove what they deem dangerous, so the value couldn't be stored byte for byte.
 * @returns the keys of the line without its end and without marks; none once there is a second line
 * @internal Exported for tests.
 */
export function feed(before: Line, text: string): { readonly line: Line; readonly keys: string } {
  let { stage, inPaste } = before;
  let unfinished = '';
  let keys = '';
  const pieces = (before.unfinished + text).split(marks);
  for (const [index, piece] of pieces.entries()) {
    if (piece === pasteStart || piece === pasteEnd) {
      inPaste = piece === pasteStart;
      continue;
    }
    unfinished = index === pieces.length - 1 ? (unfinishedMark.exec(piece)?.[0] ?? '') : '';
    // Typed, a lone escape is a key.
    if (unfinished === escape && !inPaste) unfinished = '';
    const read = readPiece({ stage, inPaste }, piece.slice(0, piece.length - unfinished.length));
    stage = read.stage;
    keys += read.keys;
  }
  return { line: { unfinished, inPaste, stage }, keys: stage === 'multiline' ? '' : keys };
}

function readPiece(
  { stage, inPaste }: Pick<Line, 'stage' | 'inPaste'>,
  piece: string,
): { keys: string; stage: Line['stage'] } {
  const [, keys = '', ends = '', behind = ''] = parts.exec(piece) ?? [];
  const hasMore = behind !== '' || (stage === 'ended' && keys !== '');
  const isForeign = (inPaste ? separatorOrControl : separator).test(keys);
  if (stage === 'multiline' || hasMore || isForeign) return { keys: '', stage: 'multiline' };
  return { keys, stage: ends === '' ? stage : 'ended' };
}
