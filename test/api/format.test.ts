import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, excerpt, formatSize } from '../../src/api/format.ts';
import { parseDuration } from '../../src/shared/duration.ts';

describe('a duration is told in the form that --max-wait takes', () => {
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
  ])('%d ms are %s', (ms, told) => {
    expect(formatDuration(ms)).toBe(told);
  });

  test('and is then long enough, and taken up to the longest wait that is told', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 596 * 3_600_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms), '--max-wait')).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [182_400, '182.4 kB'],
  [182_449, '182.4 kB'],
  [182_450, '182.5 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1 MB'],
  [1_000_000, '1 MB'],
  [52_428_800, '52.4 MB'],
])('a size of %d bytes is told as %s', (bytes, told) => {
  expect(formatSize(bytes)).toBe(told);
});

describe('a text of a server that ends up in a message', () => {
  test.each([
    ['is left as it is up to the length', 'twelve signs', 'twelve signs'],
    ['is cut beyond, and says so', 'thirteen sign', 'thirteen sig…'],
    ['is one line', 'a\r\nb\n\n\tc', 'a b c'],
    ['loses the blanks around it', '  \n a \n', 'a'],
    ['cannot steer a terminal', '\u001B[31mred\u0007', '[31mred'],
    ['cannot turn the direction of reading', 'a\u202Eb', 'a b'],
    ['is never cut within a character', '12345678901😀x', '12345678901😀…'],
  ])('%s', (_, text, told) => {
    expect(excerpt(text, 12)).toBe(told);
  });
});
