import { expect, it, test } from 'vitest';
import { createMeter, describeTransfer } from '../../src/terminal/transfer.ts';

test.each([
  [
    'nothing known yet',
    { doneBytes: 0, totalBytes: 10_000_000, bytesPerSecond: undefined },
    '0%  0 B of 10 MB',
  ],
  [
    'under way',
    { doneBytes: 4_200_000, totalBytes: 12_000_000, bytesPerSecond: 1_200_000 },
    '35%  4.2 MB of 12 MB  1.2 MB/s  7s left',
  ],
  ['stalled', { doneBytes: 5, totalBytes: 10, bytesPerSecond: 0 }, '50%  5 B of 10 B'],
  [
    'not quite done is not 100%',
    { doneBytes: 9_999_999, totalBytes: 10_000_000, bytesPerSecond: undefined },
    '99%  10 MB of 10 MB',
  ],
  ['done', { doneBytes: 10, totalBytes: 10, bytesPerSecond: 100 }, '100%  10 B of 10 B  100 B/s'],
  ['nothing to do', { doneBytes: 0, totalBytes: 0, bytesPerSecond: undefined }, '100%  0 B of 0 B'],
])('%s', (_what, transfer, expected) => {
  expect(describeTransfer(transfer)).toBe(expected);
});

it('tells a rate after half a second, and evens it out', () => {
  const meter = createMeter();
  expect(meter(0, 1000, 10_000).bytesPerSecond).toBeUndefined();
  expect(meter(50, 1000, 10_499).bytesPerSecond).toBeUndefined();
  expect(meter(100, 1000, 10_500).bytesPerSecond).toBe(200);
  expect(meter(100, 1000, 10_999).bytesPerSecond).toBe(200);
  expect(meter(100, 1000, 11_500).bytesPerSecond).toBe(140);
});
