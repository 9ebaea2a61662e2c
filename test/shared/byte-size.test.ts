import { expect, test } from 'vitest';
import { formatBytes } from '../../src/shared/quantities.ts';

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.23 kB'],
  [182_400, '182 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [60_500_000, '60.5 MB'],
  [2_000_000_000, '2 GB'],
  [3e21, '3000000 PB'],
  [-5, '0 B'],
])('%d bytes → %s', (sizeBytes, expected) => {
  expect(formatBytes(sizeBytes)).toBe(expected);
});
