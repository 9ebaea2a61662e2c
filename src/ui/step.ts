/** One step of a command, from its start to its tick. */
import type { Live } from './live.ts';
import { formatBytes } from './quantity.ts';
import { createMeter, describeTransfer } from './transfer.ts';

/** Something under way. Once it has ended, further calls do nothing. */
export interface Step {
  /** Says differently what is being done. */
  update(text: string): void;
  /** How many bytes of how many; may be called for every chunk. */
  bytes(doneBytes: number, totalBytes: number): void;
  /** It is done; `text` says what came of it. */
  done(text?: string): void;
  /** It failed. The error itself is told by whoever prints errors. */
  fail(text?: string): void;
  /** It ends without a line. */
  close(): void;
}

type Ending = 'done' | 'failed';

export interface StepSurroundings {
  readonly live: Live;
  /** Makes text safe to be shown. */
  readonly clean: (text: string) => string;
  readonly nowMs: () => number;
  /** Says a line that stays. */
  readonly say: (mark: Ending | undefined, text: string) => void;
}

/** Often enough to look alive; each chunk of an upload would be thousands. */
const redrawEveryMs = 100;

export function createStep(firstText: string, { live, clean, nowMs, say }: StepSurroundings): Step {
  const line = live.open();
  const meter = createMeter();
  let text = clean(firstText);
  let isOpen = true;
  let transferDrawnMs: number | undefined;
  line.show(text);

  const end = (ending: Ending | undefined, last = text): void => {
    if (!isOpen) return;
    isOpen = false;
    line.remove();
    if (ending !== undefined) say(ending, last);
  };
  const bytes = (doneBytes: number, totalBytes: number): void => {
    if (!isOpen) return;
    const now = nowMs();
    const isFirst = transferDrawnMs === undefined;
    const transfer = meter(doneBytes, totalBytes, now);
    if (!isFirst && doneBytes < totalBytes && now - (transferDrawnMs ?? 0) < redrawEveryMs) return;
    transferDrawnMs = now;
    if (live.isAnimated) line.show(`${text}  ${describeTransfer(transfer)}`);
    // A log shows that an upload has begun, and later that it has ended; nothing between.
    else if (isFirst) say(undefined, `${text} (${formatBytes(totalBytes)})`);
  };
  return {
    update: (changed) => {
      text = clean(changed);
      if (isOpen) line.show(text);
    },
    bytes,
    done: (last) => end('done', last),
    fail: (last) => end('failed', last),
    close: () => end(undefined),
  };
}
