/** How an upload is getting on: share, rate, time left. Pure. */
import { formatBytes } from '../shared/byte-size.ts';
import { formatSeconds } from '../shared/duration.ts';
import { formatRate, formatShare } from './units.ts';

export interface Transfer {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Undefined until enough was seen to tell. */
  readonly bytesPerSecond: number | undefined;
}

/** Takes the bytes done so far at a time in milliseconds. */
export type Meter = (doneBytes: number, totalBytes: number, nowMs: number) => Transfer;

/** Rates over less than this jump about with the buffers on the way. */
const windowMs = 500;
/** Weight of the newest window in the running average. */
const newest = 0.3;

export function createMeter(): Meter {
  let mark: { atMs: number; bytes: number } | undefined;
  let bytesPerSecond: number | undefined;
  return (doneBytes, totalBytes, nowMs) => {
    mark ??= { atMs: nowMs, bytes: doneBytes };
    const elapsedMs = nowMs - mark.atMs;
    if (elapsedMs >= windowMs) {
      const rate = ((doneBytes - mark.bytes) * 1000) / elapsedMs;
      bytesPerSecond =
        bytesPerSecond === undefined ? rate : bytesPerSecond * (1 - newest) + rate * newest;
      mark = { atMs: nowMs, bytes: doneBytes };
    }
    return { doneBytes, totalBytes, bytesPerSecond };
  };
}

/** `35%  4.2 MB of 12 MB  1.2 MB/s  7s left`, what is not known left out. */
export function describeTransfer({ doneBytes, totalBytes, bytesPerSecond }: Transfer): string {
  const share = totalBytes > 0 ? doneBytes / totalBytes : 1;
  const parts = [
    formatShare(Math.floor(share * 100) / 100),
    `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
  ];
  if (bytesPerSecond !== undefined && bytesPerSecond > 0) {
    parts.push(formatRate(bytesPerSecond));
    if (doneBytes < totalBytes)
      parts.push(`${formatSeconds(((totalBytes - doneBytes) * 1000) / bytesPerSecond)} left`);
  }
  return parts.join('  ');
}
