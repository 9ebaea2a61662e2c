/**
 * Rate limits (API page, section Rate limits): per key and endpoint group, over a sliding window. The page does not say which window
 * the service uses; what passes a sliding one passes every fixed one too, so a pipeline that runs here runs there.
 */
import { type RateGroup, rateGroups } from '../api/contract.ts';
import { SandboxError } from './errors.ts';

/** Counts a request; throws a 429 with `Retry-After` when it is one too many. Refused requests don't count. */
export type RateLimiter = (group: RateGroup | undefined, key: string, nowMs: number) => void;

/** @param factor on the page's limits, such as 0.1; at least one request stays; `off` lets everything pass */
export function createRateLimiter(factor: number | 'off'): RateLimiter {
  const log = new Map<string, number[]>();
  return (group, key, nowMs) => {
    if (group === undefined || factor === 'off') return;
    const { label, limit, windowSeconds } = rateGroups[group];
    const allowed = Math.max(1, Math.round(limit * factor));
    const windowMs = windowSeconds * 1000;
    const recent = (log.get(`${group} ${key}`) ?? []).filter((timeMs) => timeMs > nowMs - windowMs);
    log.set(`${group} ${key}`, recent);
    const blocking = recent.at(-allowed);
    if (blocking !== undefined)
      throw tooMany(
        `${label}: ${allowed} requests per ${windowSeconds === 60 ? 'minute' : 'hour'}`,
        blocking + windowMs - nowMs,
      );
    recent.push(nowMs);
  };
}

/** Rounded up, so that a client that waits exactly as long as it is told is let in. */
function tooMany(rule: string, waitMs: number): SandboxError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new SandboxError(
    'rate_limited',
    `Too many requests: ${rule}. Try again in ${seconds} s.`,
    {
      'Retry-After': String(seconds),
    },
  );
}
