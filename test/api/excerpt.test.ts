import { describe, expect, test } from 'vitest';
import { excerpt } from '../../src/errors.ts';

describe('a text of a server that ends up in a message', () => {
  test.each([
    ['is left as it is up to the length', 'twelve signs', 'twelve signs'],
    ['is cut beyond, and says so', 'thirteen sign', 'thirteen sig…'],
    ['is one line', 'a\r\nb\n\n\tc', 'a b c'],
    ['loses the blanks around it', '  \n a \n', 'a'],
    ['cannot steer a terminal', '\u001B[31mred\u0007', '[31mred'],
    ['cannot turn the direction of reading', 'a\u202Eb', 'a b'],
    ['is never cut within a character', '12345678901😀x', '12345678901😀…'],
  ])('%s', (_, text, expected) => {
    expect(excerpt(text, 12)).toBe(expected);
  });
});
