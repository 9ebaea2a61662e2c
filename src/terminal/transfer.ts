/** How an upload proceeds: share, rate, time left. */
import { formatBytes } from '../shared/byte-size.ts';
import { formatSeconds } from '../shared/duration.ts';
import { formatShare } from './units.ts';

/** Rates over less than this jump with the buffers on the way. */
const windowMs = 500;
/** Weight of the newest window in the running average. */
const newestWeight = 0.3;

/** @returns a function from the bytes done so far to `35%  4.2 MB of 12 MB  1.2 MB/s  7s left` */
export function createMeter(): (doneBytes: number, totalBytes: number, nowMs: number) => string {
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
    return describeTransfer(doneBytes, totalBytes, rate);
  };
}

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
