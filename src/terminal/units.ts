/** Shares, uploads and relative times as lumio prints them. */
import { formatBytes, formatSeconds } from '../shared/quantities.ts';

/** `91.5%`; a share above 0 that rounds to 0 is `<0.1%`. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${Math.round(share * 1000) / 10}%`;
}

const second = 1000;
const day = 86_400 * second;
const steps = [
  { unit: 'second', short: 's', ms: second, below: 60 * second },
  { unit: 'minute', short: 'min', ms: 60 * second, below: 3600 * second },
  { unit: 'hour', short: 'h', ms: 3600 * second, below: day },
  { unit: 'day', short: 'd', ms: day, below: 30 * day },
  { unit: 'month', short: 'mo', ms: 30.44 * day, below: 365 * day },
  { unit: 'year', short: 'y', ms: 365.25 * day, below: Number.POSITIVE_INFINITY },
] as const;

export type TimeForm = 'long' | 'short';

/**
 * `3 minutes ago` and `in 2 hours`, or short: `3 min ago`, `in 2 h`.
 * @param atMs milliseconds since 1970
 */
export function formatRelative(atMs: number, nowMs: number, form: TimeForm = 'long'): string {
  const distanceMs = Math.abs(nowMs - atMs);
  if (distanceMs < 10 * second) return form === 'long' ? 'just now' : 'now';
  const step = steps.find(({ below }) => distanceMs < below) ?? steps[5];
  const count = Math.max(1, Math.floor(distanceMs / step.ms));
  const amount =
    form === 'short' ? `${count} ${step.short}` : `${count} ${step.unit}${count === 1 ? '' : 's'}`;
  return atMs > nowMs ? `in ${amount}` : `${amount} ago`;
}

/** Buffers make rates over shorter times jump. */
const windowMs = 500;
/** Weight of the newest window in the running average. */
const newestWeight = 0.3;

/**
 * @returns a function that takes the bytes done so far, and returns one that describes them:
 * `35%  4.2 MB of 12 MB  1.2 MB/s  7s left`
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
