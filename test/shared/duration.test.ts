import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/shared/duration.ts';
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
  ])('%j is none', async (text) => {
    const problem = await problemOf(() => parseDuration(text, '--timeout'));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_duration' });
    expect(problem.message).toBe(`"${text}" for --timeout is no duration.`);
    expect(problem.hint).toContain('1h30m');
  });

  test.each(['597h', '2147484', '999999999999h'])(
    '%s is longer than a timer can wait',
    async (text) => {
      expect((await problemOf(() => parseDuration(text, 'LUMIO_MAX_WAIT'))).message).toBe(
        `"${text}" for LUMIO_MAX_WAIT is longer than 596h.`,
      );
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
