import { describe, expect, test } from 'vitest';
import { excerpt } from '../../src/terminal/printable.ts';

describe('server text in a message', () => {
  test.each([
    ['is unchanged up to the limit', 'twelve chars', 'twelve chars'],
    ['is truncated with an ellipsis', 'thirteen char', 'thirteen cha…'],
    ['is one line', 'a\r\nb\n\n\tc', 'a b c'],
    ['is trimmed', '  \n a \n', 'a'],
    ["can't control a terminal", '\u001B[31mred\u0007', 'red'],
    ["can't change the text direction", 'a\u202Eb', 'ab'],
    ['is never cut within a character', '12345678901😀x', '12345678901😀…'],
  ])('%s', (_, text, expected) => {
    expect(excerpt(text, 12)).toBe(expected);
  });
});
