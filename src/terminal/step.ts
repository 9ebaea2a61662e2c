/** One step of a command, from its start to its tick. */
import type { Live } from './live.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { createMeter, describeTransfer } from './transfer.ts';

/** Something under way. Once it has ended, further calls do nothing. */
export interface Step {
  /** Says differently what is being done. */
  update(text: string): void;
  /** The same where it is a turn of events: a log gets it as a line. */
  stage(text: string): void;
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

/** What takes longer than this tells a log that it has begun; what is over sooner is told once, by its end. */
const quickMs = 2000;
/** Often enough to look alive; each chunk of an upload would be thousands. */
const redrawEveryMs = 100;

export function createStep(firstText: string, { live, clean, nowMs, say }: StepSurroundings): Step {
  const line = live.open();
  let text = clean(firstText);
  let isOpen = true;
  const bytes = transferTeller(live.isAnimated, nowMs, {
    draw: (transfer) => line.show(`${text}  ${transfer}`),
    begun: (total) => say(undefined, `${text} (${total})`),
  });
  line.show(text);

  const end = (ending: Ending | undefined, last = text): void => {
    if (!isOpen) return;
    isOpen = false;
    line.remove();
    if (ending !== undefined) say(ending, last);
  };
  const update = (changed: string): void => {
    text = clean(changed);
    if (isOpen) line.show(text);
  };
  return {
    update,
    stage: (changed) => {
      update(changed);
      if (isOpen && !live.isAnimated) say(undefined, text);
    },
    bytes: (doneBytes, totalBytes) => {
      if (isOpen) bytes(doneBytes, totalBytes);
    },
    done: (last) => end('done', last),
    fail: (last) => end('failed', last),
    close: () => end(undefined),
  };
}

interface TransferOutlets {
  draw(transfer: string): void;
  /** @param total as a text */
  begun(total: string): void;
}

/** Where lines move, draws the transfer now and then; elsewhere says once that it has begun, if it takes long. */
function transferTeller(
  isAnimated: boolean,
  nowMs: () => number,
  { draw, begun }: TransferOutlets,
): Step['bytes'] {
  const meter = createMeter();
  const startedMs = nowMs();
  let drawnMs: number | undefined;
  let isSaid = false;
  return (doneBytes, totalBytes) => {
    const now = nowMs();
    const transfer = meter(doneBytes, totalBytes, now);
    if (isAnimated) {
      if (drawnMs !== undefined && doneBytes < totalBytes && now - drawnMs < redrawEveryMs) return;
      drawnMs = now;
      draw(describeTransfer(transfer));
    } else if (!isSaid && now - startedMs >= quickMs) {
      isSaid = true;
      begun(formatBytes(totalBytes));
    }
  };
}
