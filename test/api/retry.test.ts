import { describe, expect, test } from 'vitest';
import type { Method } from '../../src/api/contract.ts';
import {
  isOutcomeUnknown,
  nextRetryMs,
  retryAfterMs,
  type Outcome,
  type RetrySituation,
} from '../../src/api/retry.ts';
import { lost, unsent } from './support.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');
const status = (code: number, afterMs?: number): Outcome => ({
  kind: 'response',
  status: code,
  headers: afterMs === undefined ? {} : { 'retry-after': String(afterMs / 1000) },
  body: new Uint8Array(),
});
const untrusted: Outcome = { ...unsent, isFinal: true };

function delayOf(changes: Partial<RetrySituation>): number | undefined {
  return nextRetryMs({
    method: 'GET',
    outcome: lost,
    attempts: 1,
    elapsedMs: 0,
    maxWaitMs: 60_000,
    nowMs,
    random: 0.5,
    ...changes,
  });
}

function post(outcome: Outcome, knownNotApplied = false): number | undefined {
  return delayOf({ method: 'POST', outcome, knownNotApplied });
}

describe('repeated requests', () => {
  const repeatable: readonly Method[] = ['GET', 'PUT', 'PATCH', 'DELETE'];
  test.each(repeatable)('%s is repeated after temporary failures only', (method) => {
    for (const code of [408, 429, 500, 502, 503, 504, 507, 520, 522, 530])
      expect(delayOf({ method, outcome: status(code) })).toBe(250);
    for (const code of [301, 400, 401, 403, 404, 409, 413, 422, 501, 505])
      expect(delayOf({ method, outcome: status(code) })).toBeUndefined();
    expect(delayOf({ method, outcome: lost })).toBe(250);
    expect(delayOf({ method, outcome: unsent })).toBe(250);
    expect(delayOf({ method, outcome: untrusted })).toBeUndefined();
  });

  test('POST is repeated only if it certainly had no effect', () => {
    for (const code of [408, 500, 502, 503, 504, 401, 422])
      expect(post(status(code))).toBeUndefined();
    expect(post(status(429))).toBe(250);
    expect(post(lost)).toBeUndefined();
    expect(post(unsent)).toBe(250);
    expect(post(untrusted)).toBeUndefined();
    expect(post(lost, true)).toBe(250);
    expect(post(status(503), true)).toBe(250);
    expect(post(status(422), true)).toBeUndefined();
  });
});

describe('the delay', () => {
  test.each<[string, Partial<RetrySituation>, number | undefined]>([
    ['doubles', { attempts: 2 }, 500],
    ['doubles again', { attempts: 5 }, 4000],
    ['has a maximum', { attempts: 30 }, 8000],
    ['has full jitter', { attempts: 3, random: 0.999 }, 1998],
    ['has a minimum', { attempts: 3, random: 0 }, 100],
    ['is at least Retry-After', { outcome: status(429, 3000) }, 3000],
    ['may be longer than Retry-After', { outcome: status(429, 3000), attempts: 5 }, 4000],
    ['is at least Retry-After for 503', { outcome: status(503, 1500) }, 1500],
    ['may use the whole budget', { outcome: status(429, 60_000) }, 60000],
    ["doesn't exceed the budget", { outcome: status(429, 60_001) }, undefined],
    [
      "doesn't exceed the rest of the budget",
      { outcome: status(429, 3000), elapsedMs: 58_000 },
      undefined,
    ],
    ['is cut to the rest of the budget', { attempts: 5, elapsedMs: 59_000 }, 1000],
    ['ends with the budget', { elapsedMs: 60_000 }, undefined],
    ['needs a budget', { maxWaitMs: 0 }, undefined],
    [
      'needs a budget even for Retry-After: 0',
      { maxWaitMs: 0, outcome: status(429, 0) },
      undefined,
    ],
  ])('%s', (_, changes, expected) => {
    expect(delayOf(changes)).toBe(expected);
  });
});

test.each<[Outcome, boolean]>([
  [lost, true],
  [unsent, false],
  [status(408), true],
  [status(500), true],
  [status(504), true],
  [status(303), true],
  [status(429), false],
  [status(400), false],
  [status(404), false],
])('%o leaves the outcome unknown: %s', (outcome, expected) => {
  expect(isOutcomeUnknown(outcome)).toBe(expected);
});

describe('Retry-After', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['none', {}, undefined],
    ['seconds', { 'retry-after': '42' }, 42_000],
    ['seconds with spaces', { 'retry-after': ' 7 ' }, 7000],
    ['zero', { 'retry-after': '0' }, 0],
    ['a fraction of a second', { 'retry-after': '1.5' }, 1500],
    ['a date', { 'retry-after': 'Fri, 01 May 2026 12:00:30 GMT' }, 30_000],
    ['an obsolete date', { 'retry-after': 'Friday, 01-May-26 12:00:30 GMT' }, 30_000],
    ['a date in the past', { 'retry-after': 'Fri, 01 May 2026 11:00:00 GMT' }, 0],
    [
      "a date by the server's clock",
      { 'retry-after': 'Fri, 01 May 2026 15:00:10 GMT', date: 'Fri, 01 May 2026 15:00:00 GMT' },
      10_000,
    ],
    ['a date by asctime', { 'retry-after': 'Fri May  1 12:00:30 2026 GMT' }, 30_000],
    ['hundredths of a second', { 'retry-after': '1.25' }, 1250],
    ['a number with a suffix', { 'retry-after': '5s' }, undefined],
    ['a date with a prefix', { 'retry-after': '1 May, 2026' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['negative', { 'retry-after': '-5' }, undefined],
  ])('%s', (_, headers, expected) => {
    expect(retryAfterMs(headers, nowMs)).toBe(expected);
  });
});
