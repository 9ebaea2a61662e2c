/** What is said along the way, on stderr: steps, notes, countdowns. Animated on a terminal, one plain line per step elsewhere. */
import type { Clock, Host } from '../host.ts';
import { type Fold, loadFold } from './fold.ts';
import type { Mark } from './view.ts';
import { animatedLive, plainLive } from './live.ts';
import { printable } from './printable.ts';
import { formatSeconds } from '../shared/duration.ts';
import { marks, symbolFor, toAscii } from './symbols.ts';
import { type Step, createStep } from './step.ts';
import { type Style, loadStyle } from './style.ts';
import { type TerminalInfo, isAnimated } from './detect.ts';

export type { Step } from './step.ts';

export interface Progress {
  /** Starts a step. Several may be open at once; the terminal shows the latest. End them before anybody is asked something. */
  step(text: string): Step;
  note(text: string): void;
  warn(text: string): void;
  /** Waits for `ms`. A wait of more than 2 s is told, and counted down on a terminal. Rejects with the signal's reason when it is aborted. */
  countdown(ms: number, reason: string, signal: AbortSignal): Promise<void>;
  /** Takes away what is drawn and brings the cursor back, whatever is still open. May be called again. */
  stop(): void;
}

export interface ProgressOptions {
  readonly host: Pick<Host, 'env' | 'stderr' | 'clock' | 'onExit'>;
  /** What stderr can show. */
  readonly surface: TerminalInfo;
  /** Nothing is said, only waited. With --json too: there an error document has stderr for itself. */
  readonly quiet: boolean;
}

/** @returns once colours are loaded; what is said later is written at once, in order */
export async function createProgress({ host, surface, quiet }: ProgressOptions): Promise<Progress> {
  if (quiet) return silent(host.clock);
  const [style, fold] = await Promise.all([loadStyle(surface), loadFold(surface)]);
  const live = isAnimated(host.env, surface) ? animatedLive(host, surface, style) : plainLive(host);
  const clean = (text: string): string =>
    toAscii(surface, surface.redact.sentence(printable(text)));
  const say = (mark: Mark | undefined, text: string): void =>
    live.print(markedLine(mark, clean(text), { surface, style, fold }));
  const step = (text: string): Step =>
    createStep(text, { live, clean, say, nowMs: () => host.clock.now() });
  return {
    step,
    note: (text) => say(undefined, text),
    warn: (text) => say('warning', text),
    stop: () => live.stop(),
    countdown: async (ms, reason, signal) => {
      if (ms <= longWaitMs) return host.clock.sleep(ms, signal);
      if (live.isAnimated) return countDown(step, { ms, reason }, host.clock, signal);
      say(undefined, waitText(reason, ms));
      return host.clock.sleep(ms, signal);
    },
  };
}

/** Shorter waits are over before they are read. */
const longWaitMs = 2000;

function nothing(): void {}

function silent(clock: Clock): Progress {
  const step: Step = {
    update: nothing,
    stage: nothing,
    bytes: nothing,
    done: nothing,
    fail: nothing,
    close: nothing,
  };
  return {
    step: () => step,
    note: nothing,
    warn: nothing,
    stop: nothing,
    countdown: (ms, _reason, signal) => clock.sleep(ms, signal),
  };
}

/** Signs for people at a terminal, words for logs. */
function markedLine(
  mark: Mark | undefined,
  text: string,
  { surface, style, fold }: { surface: TerminalInfo; style: Style; fold: Fold },
): string {
  if (mark === undefined) return fold(text, '  ');
  const sign = marks[mark];
  if (surface.isTerminal)
    return `${style(sign.role, symbolFor(surface, sign))} ${fold(text, '  ')}`;
  return mark === 'warning' || mark === 'failed' ? `${style(sign.role, `${mark}:`)} ${text}` : text;
}

async function countDown(
  start: (text: string) => Step,
  wait: { ms: number; reason: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  // What comes last in a line that moves is cut off where the terminal is narrow: not the number that counts.
  const shown = (leftMs: number): string =>
    `Trying again in ${formatSeconds(leftMs)}. ${wait.reason}`;
  const step = start(shown(wait.ms));
  try {
    for (let leftMs = wait.ms; leftMs > 0; leftMs -= 1000) {
      step.update(shown(leftMs));
      await clock.sleep(Math.min(1000, leftMs), signal);
    }
  } finally {
    step.close();
  }
}

function waitText(reason: string, leftMs: number): string {
  return `${reason.replace(/[.\s]+$/, '')}: trying again in ${formatSeconds(leftMs)}`;
}
