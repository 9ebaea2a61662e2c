/** Progress on stderr: a moving line in a terminal, plain lines elsewhere. */
import type { Host } from '../host.ts';
import { formatBytes, formatSeconds, formatShare } from '../shared/quantities.ts';
import { type TerminalInfo, isAnimated } from './detect.ts';
import type { LiveLine } from './live-line.ts';
import { neutralizeCommands } from './printable.ts';
import { loadWrap, safeSentence, type Style, loadStyle, marks, symbolFor } from './style.ts';
import type { Mark } from './view.ts';

/** Something that takes time, until `done` or `close` ends it. */
export interface Step {
  update(this: void, text: string): void;
  /** Like `update`, for what a log should have as a line. */
  stage(this: void, text: string): void;
  /** May be called for every chunk. */
  bytes(this: void, doneBytes: number, totalBytes: number): void;
  done(this: void, text?: string): void;
  /** Ends without a line. */
  close(this: void): void;
}

interface StepOptions {
  /** Shows how much time has passed and how much is left. */
  readonly timeoutMs?: number;
}

export interface Progress {
  /**
   * Starts a step; the terminal shows the latest. Elsewhere, a long step prints a line every
   * minute, because many CI systems stop a job that is silent for ten minutes.
   */
  step(this: void, text: string, options?: StepOptions): Step;
  /** Shows in a terminal what lumio waits for, unless a step does. @returns what ends it */
  waitFor(this: void, text: string): () => void;
  note(this: void, text: string): void;
  warn(this: void, text: string): void;
  /** Waits, and shows how long if that is more than 2 s. Rejects when the signal is aborted. */
  countdown(this: void, ms: number, reason: string, signal: AbortSignal): Promise<void>;
  /** Clears what is drawn and shows the cursor again. */
  stop(this: void): void;
}

export interface ProgressOptions {
  readonly host: Pick<Host, 'env' | 'stderr' | 'clock' | 'onExit'>;
  /** Of stderr. */
  readonly terminal: TerminalInfo;
  /** Only waits, and prints nothing. */
  readonly quiet: boolean;
}

/** Shorter waits aren't worth a line in a log. */
const shortWaitMs = 2000;
/** Shorter waits end before a user can read about them. */
const briefMs = 500;
const minuteMs = 60_000;

export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { host, terminal, quiet } = options;
  const [style, wrap] = await Promise.all([loadStyle(terminal), loadWrap(terminal)]);
  const isMoving = !quiet && isAnimated(host.env, terminal);
  const live = isMoving
    ? (await import('./live-line.ts')).createLiveLine(host, terminal, style)
    : undefined;
  const print = (mark: Mark | undefined, text: string): void => {
    if (quiet) return;
    const marked = markedLine(mark, wrap(safeSentence(text, terminal), '  '), terminal, style);
    const line = `${neutralizeCommands(marked, terminal.isRunner)}\n`;
    if (live === undefined) void host.stderr.write(line).catch(() => undefined);
    else live.print(line);
  };
  const stepDeps = { live, print, terminal, nowMs: () => host.clock.monotonicMs() };
  const step: Progress['step'] = (text, stepOptions) => createStep(stepDeps, text, stepOptions);
  return {
    step,
    waitFor: (text) => (live === undefined || live.isOpen() ? () => undefined : step(text).close),
    note: (text) => print(undefined, text),
    warn: (text) => print('warning', text),
    countdown: (ms, reason, signal) =>
      countdown({ ms, reason, signal }, host, { step, print, live }),
    stop: () => live?.stop(),
  };
}

/** Symbols in a terminal, words in logs. */
function markedLine(
  mark: Mark | undefined,
  text: string,
  terminal: TerminalInfo,
  style: Style,
): string {
  if (mark === undefined) return text;
  const { role, ...symbol } = marks[mark];
  if (terminal.isTerminal) return `${style(role, symbolFor(terminal, symbol))} ${text}`;
  return mark === 'warning' ? `${style(role, 'warning:')} ${text}` : text;
}

interface StepDeps {
  readonly live: LiveLine | undefined;
  readonly print: (mark: Mark | undefined, text: string) => void;
  readonly terminal: TerminalInfo;
  readonly nowMs: () => number;
}

const noTransfer = (): string => '';

function createStep(deps: StepDeps, firstText: string, { timeoutMs }: StepOptions = {}): Step {
  const { live, print, nowMs, terminal } = deps;
  const startedMs = nowMs();
  const meter = createMeter();
  let text = firstText;
  let transfer = noTransfer;
  let isOpen = true;
  let printedMs = startedMs;
  let hasBegun = live !== undefined;
  const shown = (): string => {
    const time = timeText(nowMs() - startedMs, timeoutMs);
    return joinParts(safeSentence(text, terminal), transfer(), time);
  };
  const closeLine = live?.open(shown);
  const printEveryMinute = (): void => {
    if (live !== undefined || !isOpen || nowMs() - printedMs < minuteMs) return;
    printedMs = nowMs();
    const minutes = formatSeconds(Math.floor((printedMs - startedMs) / minuteMs) * minuteMs);
    print(undefined, timeoutMs === undefined ? `${shown()}  ${minutes} elapsed` : shown());
  };
  const timer = setInterval(printEveryMinute, minuteMs).unref();
  const update = (changed: string): void => {
    text = changed;
    printEveryMinute();
  };
  const close = (): void => {
    isOpen = false;
    clearInterval(timer);
    closeLine?.();
  };
  return {
    update,
    stage: (changed) => {
      update(changed);
      if (isOpen && live === undefined) print(undefined, changed);
    },
    bytes: (doneBytes, totalBytes) => {
      transfer = meter(doneBytes, totalBytes, nowMs());
      const isDue = !hasBegun && nowMs() - startedMs >= shortWaitMs;
      if (isDue) print(undefined, `${text} (${formatBytes(totalBytes)})`);
      hasBegun ||= isDue;
      printEveryMinute();
    },
    done: (last = text) => {
      close();
      print('done', last);
    },
    close,
  };
}

function joinParts(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

function timeText(passedMs: number, timeoutMs: number | undefined): string {
  if (timeoutMs === undefined) return '';
  const left = formatSeconds(Math.max(0, timeoutMs - passedMs));
  return `${formatSeconds(Math.floor(passedMs / 1000) * 1000)} elapsed, ${left} left`;
}

interface Wait {
  readonly ms: number;
  readonly reason: string;
  readonly signal: AbortSignal;
}

async function countdown(
  { ms, reason, signal }: Wait,
  { clock }: Pick<Host, 'clock'>,
  { step: begin, print, live }: Pick<Progress, 'step'> & Pick<StepDeps, 'print' | 'live'>,
): Promise<void> {
  if (ms <= (live === undefined ? shortWaitMs : briefMs)) return clock.sleep(ms, signal);
  const cause = reason.replace(/[.\s]+$/, '');
  // The number comes first, since a narrow terminal truncates the end of the line.
  const shown = (leftMs: number): string => `Retrying in ${formatSeconds(leftMs)} (${cause})`;
  if (live === undefined) print(undefined, shown(ms));
  const step = begin(shown(ms));
  const sliceMs = live === undefined ? minuteMs : 1000;
  try {
    for (let leftMs = ms; leftMs > 0; leftMs -= sliceMs) {
      step.update(shown(leftMs));
      await clock.sleep(Math.min(sliceMs, leftMs), signal);
    }
  } finally {
    step.close();
  }
}

/** Buffers make rates over shorter times jump. */
const windowMs = 500;
/** Weight of the newest window in the running average. */
const newestWeight = 0.3;

/**
 * @returns a function that takes the bytes done so far, and returns one that describes them:
 * `35%  4.2 MB of 12 MB  1.2 MB/s  7s left`
 * @internal Exported for tests.
 */
export function createMeter(): (
  doneBytes: number,
  totalBytes: number,
  nowMs: number,
) => () => string {
  let last: { atMs: number; bytes: number } | undefined;
  let rate: number | undefined;
  return (doneBytes, totalBytes, nowMs) => {
    last ??= { atMs: nowMs, bytes: doneBytes };
    const elapsedMs = nowMs - last.atMs;
    if (elapsedMs >= windowMs) {
      const newest = ((doneBytes - last.bytes) * 1000) / elapsedMs;
      rate = rate === undefined ? newest : rate * (1 - newestWeight) + newest * newestWeight;
      last = { atMs: nowMs, bytes: doneBytes };
    }
    return () => describeTransfer(doneBytes, totalBytes, rate);
  };
}

/** @internal Exported for tests. */
export function describeTransfer(done: number, total: number, bytesPerSecond = 0): string {
  const share = total > 0 ? done / total : 1;
  const parts = [
    formatShare(Math.floor(share * 100) / 100),
    `${formatBytes(done)} of ${formatBytes(total)}`,
  ];
  if (done >= total || bytesPerSecond <= 0) return parts.join('  ');
  const leftMs = ((total - done) * 1000) / bytesPerSecond;
  return [...parts, `${formatBytes(bytesPerSecond)}/s`, `${formatSeconds(leftMs)} left`].join('  ');
}
