import { describe, expect, test } from 'vitest';
import { fitColumns, fitComfortably } from '../../src/terminal/fit.ts';

const fixed = (width: number): { width: number; flexible: boolean } => ({ width, flexible: false });
const flexible = (width: number): { width: number; flexible: boolean } => ({
  width,
  flexible: true,
});

describe('fitColumns', () => {
  test.each([
    ['what fits stays', [fixed(10), flexible(30)], 40, [10, 30]],
    ['the flexible one gives way first', [fixed(30), flexible(30)], 40, [30, 10]],
    ['two flexible ones, the wider first', [flexible(30), flexible(20)], 36, [18, 18]],
    ['then the others, the widest first', [fixed(30), fixed(12), flexible(30)], 36, [16, 12, 8]],
    ['narrow ones stay', [fixed(5), fixed(40)], 20, [5, 15]],
    ['no room side by side', [fixed(10), fixed(10), fixed(10)], 23, undefined],
    ['no columns', [], 10, []],
  ])('%s', (_what, columns, available, expected) => {
    expect(fitColumns(columns, available)).toEqual(expected);
  });
});

describe('fitComfortably', () => {
  test.each([
    ['what fits stays', [fixed(10), flexible(30)], 40, [10, 30]],
    ['a flexible one gives way a little', [fixed(10), flexible(30)], 35, [10, 25]],
    ['not by much', [fixed(10), flexible(30)], 29, undefined],
    ['the others not at all', [fixed(30), flexible(5)], 34, undefined],
  ])('%s', (_what, columns, available, expected) => {
    expect(fitComfortably(columns, available)).toEqual(expected);
  });
});
