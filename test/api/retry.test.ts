import { describe, expect, test } from 'vitest';
import type { Method } from '../../src/api/contract.ts';
import {
  decide,
  outcomeUnknown,
  retryAfterMs,
  type RetrySituation,
  type FailedAttempt,
} from '../../src/api/retry.ts';

const status = (code: number, afterMs?: number): FailedAttempt => ({
  kind: 'status',
  status: code,
  retryAfterMs: afterMs,
});
const lost: FailedAttempt = { kind: 'no_answer', isSent: true, isFinal: false };
const unsent: FailedAttempt = { kind: 'no_answer', isSent: false, isFinal: false };
const untrusted: FailedAttempt = { kind: 'no_answer', isSent: false, isFinal: true };

function deciding(changes: Partial<RetrySituation>): string {
  const decision = decide({
    method: 'GET',
    trouble: lost,
    attempts: 1,
    elapsedMs: 0,
    maxWaitMs: 60_000,
    random: 0.5,
    ...changes,
  });
  return decision.action === 'retry' ? `retry in ${decision.waitMs}` : decision.reason;
}

function post(trouble: FailedAttempt, isKnownVoid = false): string {
  return deciding({ method: 'POST', trouble, isKnownVoid });
}

describe('which requests are repeated', () => {
  const repeatable: readonly Method[] = ['GET', 'PUT', 'PATCH', 'DELETE'];
  test.each(repeatable)('%s on everything that may pass', (method) => {
    for (const code of [408, 429, 500, 502, 503, 504])
      expect(deciding({ method, trouble: status(code) })).toBe('retry in 250');
    for (const code of [301, 400, 401, 403, 404, 409, 413, 422, 501, 505])
      expect(deciding({ method, trouble: status(code) })).toBe('final');
    expect(deciding({ method, trouble: lost })).toBe('retry in 250');
    expect(deciding({ method, trouble: unsent })).toBe('retry in 250');
    expect(deciding({ method, trouble: untrusted })).toBe('final');
  });

  test('POST only when it surely had no effect', () => {
    for (const code of [408, 500, 502, 503, 504, 401, 422])
      expect(post(status(code))).toBe('final');
    expect(post(status(429))).toBe('retry in 250');
    expect(post(lost)).toBe('final');
    expect(
      decide({
        method: 'POST',
        trouble: lost,
        attempts: 1,
        elapsedMs: 0,
        maxWaitMs: 60_000,
        random: 0.5,
      }).action,
    ).toBe('give_up');
    expect(post(unsent)).toBe('retry in 250');
    expect(post(untrusted)).toBe('final');
    expect(post(lost, true)).toBe('retry in 250');
    expect(post(status(503), true)).toBe('retry in 250');
    expect(post(status(422), true)).toBe('final');
  });
});

describe('how long is waited', () => {
  test.each<[string, Partial<RetrySituation>, string]>([
    ['backoff doubles', { attempts: 2 }, 'retry in 500'],
    ['and doubles', { attempts: 5 }, 'retry in 4000'],
    ['up to a limit', { attempts: 30 }, 'retry in 8000'],
    ['the jitter is full', { attempts: 3, random: 0.999 }, 'retry in 1998'],
    ['but never nothing', { attempts: 3, random: 0 }, 'retry in 100'],
    ['Retry-After is the floor', { trouble: status(429, 3000) }, 'retry in 3000'],
    ['a longer backoff stays', { trouble: status(429, 3000), attempts: 5 }, 'retry in 4000'],
    ['also for 503', { trouble: status(503, 1500) }, 'retry in 1500'],
    ['a floor of just the budget', { trouble: status(429, 60_000) }, 'retry in 60000'],
    ['a floor beyond the budget', { trouble: status(429, 60_001) }, 'over_budget'],
    [
      'a floor beyond what is left',
      { trouble: status(429, 3000), elapsedMs: 58_000 },
      'over_budget',
    ],
    ['the last backoff is cut', { attempts: 5, elapsedMs: 59_000 }, 'retry in 1000'],
    ['nothing left', { elapsedMs: 60_000 }, 'over_budget'],
    ['no budget: never', { maxWaitMs: 0 }, 'over_budget'],
    ['no budget, no floor: never', { maxWaitMs: 0, trouble: status(429, 0) }, 'over_budget'],
  ])('%s', (_, changes, expected) => {
    expect(deciding(changes)).toBe(expected);
  });
});

test.each<[FailedAttempt, boolean]>([
  [lost, true],
  [unsent, false],
  [status(408), true],
  [status(500), true],
  [status(504), true],
  [status(303), true],
  [status(429), false],
  [status(400), false],
  [status(404), false],
])('%o leaves open whether it took effect: %s', (trouble, expected) => {
  expect(outcomeUnknown(trouble)).toBe(expected);
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-05-01T12:00:00Z');
  test.each<[string, Record<string, string>, number | undefined]>([
    ['none', {}, undefined],
    ['seconds', { 'retry-after': '42' }, 42_000],
    ['seconds with blanks', { 'retry-after': ' 7 ' }, 7000],
    ['zero', { 'retry-after': '0' }, 0],
    ['parts of a second', { 'retry-after': '1.5' }, 1500],
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
    ['a number with something behind it', { 'retry-after': '5s' }, undefined],
    ['a date with something before it', { 'retry-after': '1 May, 2026' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['negative', { 'retry-after': '-5' }, undefined],
  ])('%s', (_, headers, expected) => {
    expect(retryAfterMs(headers, nowMs)).toBe(expected);
  });
});
