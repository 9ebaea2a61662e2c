/** The way of keys to a hidden question: one line comes through, and nothing of what comes behind it is left to the shell. */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { follow, nothingYet } from './one-line.ts';

export interface HiddenLine {
  readonly input: Readable;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How a value of several lines can be given instead, as a sentence. */
  readonly otherWay: string;
  /** Where a terminal that understands escape sequences is asked to mark what is pasted. */
  readonly marking?: NodeJS.WritableStream;
}

/** What the question reads in place of the terminal, and what ends it. */
interface Asked {
  readonly input: Readable;
  readonly signal: AbortSignal;
}

/** In which what was typed before the question arrives. */
const earlyMs = 20;
/** Nothing more of a paste comes after such a silence. */
const silenceMs = { aLine: 150, tooMuch: 500, unendedPaste: 2000 };
/** When the terminal is given back though something still arrives, such as a key that is stuck. */
const longestMs = 10_000;

/**
 * Asks a question that reads key by key and shows nothing. The terminal is in raw mode from before it to after the last byte,
 * since what arrives at a terminal in any other mode is shown by it, and run by the shell.
 * @returns what `question` answers, which gets its Enter once it is known that nothing but line ends follows
 * @throws LumioError usage when more than one line comes in; what `question` throws
 */
export async function withHiddenLine<Answer>(
  options: HiddenLine,
  question: (asked: Asked) => Promise<Answer>,
): Promise<Answer> {
  const gate = new Gate(options);
  try {
    await gate.discardEarly();
    return await question({ input: gate, signal: AbortSignal.any([options.signal, gate.refused]) });
  } finally {
    await gate.close();
  }
}

const marksOn = '\u001B[?2004h';
const marksOff = '\u001B[?2004l';
/** Ctrl-Z, at which readline has the process stopped. */
const suspend = '\u001A';

class Gate extends Readable {
  /** As readline left it; the terminal may stay raw for longer. */
  isRaw = false;
  readonly #options: HiddenLine;
  readonly #decoder = new StringDecoder('utf8');
  readonly #refusal = new AbortController();
  #line = nothingYet;
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

  /** Aborted with the error when more than one line comes in. */
  get refused(): AbortSignal {
    return this.#refusal.signal;
  }

  override _read(): void {
    // What is there was pushed.
  }

  /** What readline calls: with false when it closes, then the terminal has to wait for the end, and before Ctrl-Z stops us. */
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    if (isRaw) this.#setTerminal('raw');
    else if (this.#lastKeys.includes(suspend)) this.#setTerminal('as before');
    return this;
  }

  /** What was typed before the question was for somebody else; and of a paste that began there, the rest would be half a value. */
  async discardEarly(): Promise<void> {
    await this.#options.clock.sleep(earlyMs, this.#options.signal);
    await this.#silence();
    this.#line = nothingYet;
    if (this.#stage === 'early') this.#stage = 'asking';
  }

  /** Gives the terminal back, once nothing arrives any more. */
  async close(): Promise<void> {
    const { input, marking } = this.#options;
    this.#stage = 'over';
    // Before the wait already: a second signal ends the process at once, and Node itself undoes only the raw mode.
    marking?.write(marksOff);
    await this.#silence();
    this.#setTerminal('as before');
    input.off('data', this.#take).off('end', this.#end).off('close', this.#end).pause();
  }

  readonly #take = (chunk: Buffer | string): void => {
    const before = this.#line.stage;
    const { line, keys } = follow(
      this.#line,
      typeof chunk === 'string' ? chunk : this.#decoder.write(chunk),
    );
    this.#line = line;
    this.#lastMs = this.#options.clock.now();
    if (this.#stage !== 'asking') return;
    if (keys !== '') {
      this.#lastKeys = keys;
      this.push(keys);
    }
    if (line.stage === 'too much') this.#refuse();
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
        message: 'The question takes one line, and more came in. Nothing was stored.',
        hint: this.#options.otherWay,
      }),
    );
  }

  /** Settles when nothing has arrived for long enough. Nothing calls it off: what ends the question does not end the paste. */
  async #silence(): Promise<void> {
    const { clock } = this.#options;
    const deadlineMs = clock.now() + longestMs;
    for (;;) {
      const leftMs = Math.min(this.#lastMs + this.#patienceMs(), deadlineMs) - clock.now();
      if (leftMs <= 0) return;
      await clock.sleep(leftMs, new AbortController().signal);
    }
  }

  #patienceMs(): number {
    if (this.#line.inPaste) return silenceMs.unendedPaste;
    return this.#line.stage === 'too much' ? silenceMs.tooMuch : silenceMs.aLine;
  }

  #setTerminal(mode: 'raw' | 'as before'): void {
    const { input, marking } = this.#options;
    const isRaw = mode === 'raw';
    if (this.#isTerminalRaw === isRaw) return;
    this.#isTerminalRaw = isRaw;
    if ('setRawMode' in input && typeof input.setRawMode === 'function') input.setRawMode(isRaw);
    marking?.write(isRaw ? marksOn : marksOff);
  }
}
