import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationText } from '../../src/api/wording.ts';
import { parseDuration } from '../../src/input/duration.ts';

test.each([
  [20, '20ms'],
  [1500, '1.5s'],
  [59_001, '1m'],
  [90_000, '1m30s'],
  [3_600_000, '1h'],
  [3_601_000, '1h1m'],
  [5_000_000, '1h24m'],
  [7_199_000, '2h'],
])('%d ms are %s', (ms, told) => {
  expect(durationText(ms)).toBe(told);
});

test('a wait that is told can be given to --max-wait, and is then long enough', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 500 * 3_600_000 }), (ms) => {
    expect(parseDuration(durationText(ms), '--max-wait')).toBeGreaterThanOrEqual(ms);
  }));
});
