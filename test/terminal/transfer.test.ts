import { expect, it, test } from 'vitest';
import { createMeter, describeTransfer } from '../../src/terminal/progress.ts';

test.each([
  ['nothing known yet', [0, 10_000_000, undefined], '0%  0 B of 10 MB'],
  ['on the way', [4_200_000, 12_000_000, 1_200_000], '35%  4.2 MB of 12 MB  1.2 MB/s  7s left'],
  ['stalled', [5, 10, 0], '50%  5 B of 10 B'],
  ["nearly done isn't 100%", [9_999_999, 10_000_000, undefined], '99%  10 MB of 10 MB'],
  ['done', [10, 10, 100], '100%  10 B of 10 B'],
  ['nothing to do', [0, 0, undefined], '100%  0 B of 0 B'],
] as const)('%s', (_what, [done, total, rate], expected) => {
  expect(describeTransfer(done, total, rate)).toBe(expected);
});

it('shows a rate after half a second, and evens it out', () => {
  const meter = createMeter();
  expect(meter(0, 1000, 10_000)()).not.toContain('/s');
  expect(meter(50, 1000, 10_499)()).not.toContain('/s');
  expect(meter(100, 1000, 10_500)()).toContain('200 B/s');
  expect(meter(100, 1000, 10_999)()).toContain('200 B/s');
  expect(meter(100, 1000, 11_500)()).toContain('140 B/s');
});
