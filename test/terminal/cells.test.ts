import { describe, expect, test } from 'vitest';
import { bar } from '../../src/terminal/cells.ts';

describe('bar', () => {
  test.each([
    [1, '██████████', '##########'],
    [0.5, '█████', '#####'],
    [0.55, '█████▌', '######'],
    [0.0001, '▏', '#'],
    [0, '', ''],
    [-1, '', ''],
    [7, '██████████', '##########'],
    [Number.NaN, '', ''],
  ])('%d of ten columns', (share, unicode, ascii) => {
    expect(bar(share, 10, { unicode: true })).toBe(unicode);
    expect(bar(share, 10, { unicode: false })).toBe(ascii);
  });
});
