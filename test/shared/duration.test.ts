import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, formatSeconds, parseDuration } from '../../src/shared/quantities.ts';
import { problemOf } from '../support/problem-of.ts';

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['30', 30_000],
    ['1.5', 1500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1h30m5s250ms', 5_405_250],
    ['1.5h', 5_400_000],
    ['0.1s', 100],
    [' 30s ', 30_000],
    ['596h', 596 * 3_600_000],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toBe(ms);
  });

  test.each([
    '',
    ' ',
    's',
    '-5s',
    '+5s',
    '5x',
    '1d',
    '30m1h',
    '1m1m',
    '5 s',
    '1e3',
    '1_000',
    '.5s',
    '5.s',
    '٣s',
    'Infinity',
    'NaN',
    '0x10',
  ])('refuses %j', async (text) => {
    const problem = await problemOf(() => parseDuration(text, '--timeout'));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_duration' });
    expect(problem.message).toContain('--timeout');
  });

  test.each(['597h', '2147484', '999999999999h'])(
    'refuses %s, which is longer than a timer can wait',
    async (text) => {
      const problem = await problemOf(() => parseDuration(text, 'LUMIO_MAX_WAIT'));
      expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_duration' });
      expect(problem.message).toContain('596h');
    },
  );
});

test('hours, minutes, seconds and milliseconds add up', () => {
  const parts = fc.tuple(fc.nat(500), fc.nat(59), fc.nat(59), fc.nat(999));
  fc.assert(
    fc.property(parts, ([hours, minutes, seconds, millis]) => {
      expect(parseDuration(`${hours}h${minutes}m${seconds}s${millis}ms`, 'it')).toBe(
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis,
      );
    }),
  );
});

describe('formatDuration', () => {
  test.each([
    [0, '0ms'],
    [20, '20ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [1501, '1.6s'],
    [9999, '10s'],
    [10_000, '10s'],
    [10_001, '11s'],
    [59_000, '59s'],
    [59_001, '1m'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [3_599_000, '59m59s'],
    [3_600_000, '1h'],
    [3_601_000, '1h1m'],
    [5_000_000, '1h24m'],
    [7_199_000, '2h'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('never formats less than the duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 596 * 3_600_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms), '--max-wait')).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

test.each([
  [0, '0s'],
  [1, '1s'],
  [5001, '6s'],
  [80_000, '1m20s'],
])('formatSeconds formats %d ms as %s', (ms, text) => {
  expect(formatSeconds(ms)).toBe(text);
});
