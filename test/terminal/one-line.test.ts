import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyLine, feed } from '../../src/terminal/hidden-line.ts';

const marked = (text: string): string => `\u001B[200~${text}\u001B[201~`;

/** The state after these chunks, each in a separate read. */
function after(reads: readonly string[]) {
  let line = emptyLine;
  let keys = '';
  for (const text of reads) {
    const followed = feed(line, text);
    line = followed.line;
    keys += followed.keys;
  }
  return { keys, ...line };
}

describe('one line', () => {
  test.each<[string, string, string, 'open' | 'ended']>([
    ['keys', 'abc', 'abc', 'open'],
    ['keys that edit', 'ab\u007F\u0015c\u0003\u001B[D', 'ab\u007F\u0015c\u0003\u001B[D', 'open'],
    ['Enter', 'abc\r', 'abc', 'ended'],
    ['only Enter', '\r', '', 'ended'],
    ['an unmarked paste with trailing blank lines', 'abc\r\r\r', 'abc', 'ended'],
    ['a Windows line end', 'abc\r\n', 'abc', 'ended'],
    ['a marked paste', marked('a\tbc'), 'a\tbc', 'open'],
    ['a marked paste, then Enter', `${marked('abc')}\r`, 'abc', 'ended'],
    ['a marked paste with line ends', marked('abc\r\n\n'), 'abc', 'ended'],
    ['pastes between keys', `1${marked('a')}2${marked('b')}3\r`, '1a2b3', 'ended'],
    ['an escape key, which is never held back', '\u001B', '\u001B', 'open'],
  ])('%s', (_what, text, keys, stage) => {
    expect(after([text])).toEqual({ keys, stage, unfinished: '', inPaste: false });
  });
});

describe('more than one line', () => {
  test.each([
    ['two lines', 'a\rb'],
    ['two lines with Windows line ends', 'a\r\nb\r\n'],
    ['a blank line before it', '\rb'],
    ['a space in a blank line', 'a\r \r'],
    ['a marked paste of two lines', marked('a\rb')],
    ['a marked paste whose line ends came as they were', marked('a\nb\n')],
    ['a marked paste after an Enter', `a\r${marked('b')}`],
    ['a key after a marked paste with its line end', `${marked('a\r')}b`],
    ['a control character in a marked paste', marked('a\u0003b')],
    ['a backspace in a marked paste', marked('a\u007Fb')],
    ['a sequence in a marked paste', marked('a\u001B[31mb')],
    ['a line separator, at which readline would forget the beginning', 'a\u2028b'],
    ['the same in a marked paste', marked('a\u2029b')],
  ])('%s', (_what, text) => {
    expect(after([text])).toMatchObject({ keys: '', stage: 'multiline' });
    expect(after([text, 'more', '\r'])).toMatchObject({ keys: '', stage: 'multiline' });
  });

  test('a line of an earlier read', () => {
    expect(after(['a', '\r', '\n', 'b'])).toMatchObject({ keys: 'a', stage: 'multiline' });
  });
});

test('a paste is open until its end is marked', () => {
  expect(after(['\u001B[200~a\r'])).toMatchObject({ keys: 'a', stage: 'ended', inPaste: true });
  expect(after(['\u001B[200~a\r', '\u001B[201~'])).toMatchObject({
    keys: 'a',
    stage: 'ended',
    inPaste: false,
  });
});

test('recognizes marks across reads, except after an escape that may be a key', () => {
  const piece = fc.constantFrom(
    'a',
    '[200~',
    '\t',
    '\r',
    '\n',
    'é👩',
    marked('bc'),
    marked('d\r'),
    marked('e\rf'),
    marked(''),
  );
  const property = fc.property(
    fc.array(piece, { maxLength: 6 }),
    fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
    (pieces, sizes) => {
      const text = pieces.join('');
      const reads: string[] = [];
      for (let from = 0; from < text.length;) {
        let to = from + (sizes.next().value ?? 1);
        if (text[to - 1] === '\u001B') to += 1;
        reads.push(text.slice(from, to));
        from = to;
      }
      const whole = after([text]);
      const split = after(reads);
      expect(split).toMatchObject({ stage: whole.stage, unfinished: '', inPaste: false });
      if (whole.stage !== 'multiline') expect(split.keys).toBe(whole.keys);
    },
  );
  fc.assert(property, { numRuns: 500 });
});
