import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  escapeForJson,
  neutralizeCommands,
  printable,
  printableLines,
} from '../../src/terminal/printable.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';

const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
  ['plain ASCII', 'Sports Scoreboard 1.0', 'Sports Scoreboard 1.0'],
  ['other scripts', 'Spielstände 聊天 تلویزیون', 'Spielstände 聊天 تلویزیون'],
  ['joined emoji', '👩‍🚀 🏳️‍🌈', '👩‍🚀 🏳️‍🌈'],
  ['colors', '\u001B[31;1mred\u001B[0m', 'red'],
  ['cursor movement', 'a\u001B[2K\u001B[1Gb', 'ab'],
  ['the one-byte control sequence introducer', 'a\u009B31mb', 'ab'],
  ['a link', '\u001B]8;;https://evil.example\u001B\\click\u001B]8;;\u001B\\', 'click'],
  ['a window title', '\u001B]0;pwned\u0007text', 'text'],
  ['a device control string', '\u001BPq#0;2;0;0;0\u001B\\text', 'text'],
  ['an unfinished control string', '\u001B]0;the rest stays', '0;the rest stays'],
  ['a reset', 'a\u001Bcb', 'ab'],
  ['tabs and line breaks', 'a\tb\r\nc\nd\u2028e\u0085f', 'a b c d e f'],
  ['other control characters', 'a\u0000\u0008\u007F\u0090b', 'ab'],
  ['reordering', 'a\u202Egpj.exe\u2066b\u200Fc\u061C', 'agpj.exebc'],
  ['the invisible', 'a\u200B\u2060\uFEFF\u00AD\u{E0041}b', 'ab'],
  ['half a surrogate pair', 'a\uD800b\uDC00', 'a\uFFFDb\uFFFD'],
];

describe('printable', () => {
  test.each(cases)('%s', (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('removes everything that a terminal acts on', () => {
    const hostile = fc.constantFrom(
      '\u001B',
      '[',
      ']',
      '8;;',
      '\u0007',
      '\\',
      '\u009D',
      '\u009C',
      'm',
      '\u202E',
      '\uD83D',
      '\n',
    );
    const text = fc
      .array(fc.oneof(hostile, fc.string({ unit: 'binary' })), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        (any) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(printable(any)),
      ),
    );
  });

  it('handles a megabyte of unterminated sequences in linear time', async () => {
    const work = (count: number): void =>
      expect(printable('\u009D'.repeat(2 * count) + '\u001B]'.repeat(count))).toBe('');
    expect(await growthOf(62_500, work)).toBeLessThan(maxLinearGrowth);
  });

  it('keeps the lines and tabs of longer texts', () => {
    expect(printableLines('a\u001B[1m\n\tb\u202E')).toBe('a\n\tb');
  });
});

it.each(['##[add-path]/x', '##vso[task.complete]x', "##teamcity[message text='x']"])(
  'escapes %s in JSON',
  (command) => {
    const json = escapeForJson(JSON.stringify(command));
    expect(json).not.toMatch(/##\w*\[/);
    expect(JSON.parse(json)).toBe(command);
  },
);

it('looks for commands in linear time', async () => {
  const work = (count: number): void => {
    const text = '\n'.repeat(count);
    expect(neutralizeCommands(text, true)).toBe(text);
  };
  expect(await growthOf(1_000_000, work)).toBeLessThan(maxLinearGrowth);
});

describe('escapeForJson', () => {
  it('escapes what would be removed', () => {
    const data = { text: '\u001B[31m\u007F\u009B\u202E\u2028\u{E0041}é聊' };
    const json = escapeForJson(JSON.stringify(data));
    expect(json).toBe(String.raw`{"text":"\u001b[31m\u007f\u009b\u202e\u2028\udb40\udc41é聊"}`);
    expect(JSON.parse(json)).toEqual(data);
  });
});
