/** Rates, shares and relative times as lumio prints them. */

/** `91.5%`; what is there but rounds to nothing is `<0.1%`. */
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
