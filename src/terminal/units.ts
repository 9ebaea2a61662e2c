/** Sizes, rates, durations, shares and times in the words that people read. Pure; loads nothing. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `182 kB`: decimal SI units as npm and gh use them, three significant digits. */
export function formatBytes(sizeBytes: number): string {
  let value = Math.max(0, sizeBytes);
  let unit = 0;
  // 999.5 and more rounds to 1000, which is the next unit's 1.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${byteUnits[unit]}`;
}

/** `1.2 MB/s` */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `91.5%`; what is there but rounds to nothing is `<0.1%`. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${Math.round(share * 1000) / 10}%`;
}

/** `7 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`: at most two units, rounded up to whole seconds, since it tells how long to wait. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoUnits(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoUnits(hours, 'h', minutes % 60, 'min');
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
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
