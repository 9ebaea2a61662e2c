/**
 * Rate limits (API page, section Rate limits) per key and endpoint group, over a sliding window.
 * What passes a sliding window also passes the fixed windows that the service may use.
 */
import { type RateGroup, rateGroups } from '../api/contract.ts';
import { SandboxError } from './response.ts';

/** Counts a request. @throws SandboxError 429 with `Retry-After`; such requests don't count */
export type RateLimiter = (group: RateGroup | undefined, key: string, nowMs: number) => void;

/** @param factor multiplies the page's limits, to at least one request */
export function createRateLimiter(factor: number | 'off'): RateLimiter {
  const log = new Map<string, number[]>();
  return (group, key, nowMs) => {
    if (group === undefined || factor === 'off') return;
    const { label, limit, windowSeconds } = rateGroups[group];
    const allowed = Math.max(1, Math.round(limit * factor));
    const windowMs = windowSeconds * 1000;
    // Later times are from before the clock was set back.
    const recent = (log.get(`${group} ${key}`) ?? []).filter(
      (timeMs) => timeMs > nowMs - windowMs && timeMs <= nowMs,
    );
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
