import { describe, expect, test } from 'vitest';
import { truncate, widthOf, wrapAnywhere, wrapSpans } from '../../src/terminal/text.ts';

describe('widthOf', () => {
  test.each([
    ['abc', 3],
    ['聊天', 4],
    ['🎉', 2],
    ['👩‍🚀', 2],
    ['e\u0301', 1],
    ['\u001B[1mbold\u001B[22m', 4],
  ])('%s takes %d', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

test.each([
  ['👩‍🚀', 2],
  ['🇩🇪', 2],
  ['e\u0301', 1],
  ['\u1112\u1161\u11AB', 2],
  ['聊', 2],
])('keeps every %s of a long text whole', (character, columns) => {
  const text = `x${character.repeat(5000)}`;
  expect(widthOf(text)).toBe(1 + 5000 * columns);
  const lines = wrapAnywhere(text, columns);
  expect(lines).toEqual(['x', ...Array.from({ length: 5000 }, () => character)]);
});

describe('truncate', () => {
  test.each([
    ['text that fits', 'scoreboard', 10, 'scoreboard', 'scoreboard'],
    ['longer text, with an ellipsis', 'scoreboard', 8, 'scorebo…', 'score...'],
    ['no space before it', 'score board', 7, 'score…', 'scor...'],
    ["wide characters aren't halved", '聊天叠加层', 6, '聊天…', '聊...'],
    ["emoji aren't taken apart", '👩‍🚀👩‍🚀👩‍🚀', 5, '👩‍🚀👩‍🚀…', '👩‍🚀...'],
    ['hardly any space', 'scoreboard', 2, 's…', '..'],
    ['no space', 'scoreboard', 0, '', ''],
  ])('%s', (_what, text, columns, ...expected) => {
    expect([true, false].map((unicode) => truncate(text, columns, { unicode }))).toEqual(expected);
  });
});

function wrapped(text: string, columns: number): string[] {
  return wrapSpans([{ text, role: 'plain' }], columns).map((line) =>
    line.map((span) => span.text).join(' '),
  );
}

describe('wrapSpans', () => {
  test.each([
    ['between words', 'the review takes a day', 10, ['the review', 'takes a', 'day']],
    [
      'a word that is too wide stays whole',
      'see https://lumio.vision/x now',
      10,
      ['see', 'https://lumio.vision/x', 'now'],
    ],
    [
      'a command in quotes stays whole',
      'Next: "lumio init -e ext_1" links it.',
      20,
      ['Next:', '"lumio init -e ext_1"', 'links it.'],
    ],
    [
      'a command after a colon stays whole',
      'then try: lumio extensions list',
      12,
      ['then try:', 'lumio extensions list'],
    ],
    ['leading spaces stay', '  two words', 20, ['  two words']],
    ['nothing is one empty line', '', 20, ['']],
  ])('%s', (_what, text, columns, expected) => {
    expect(wrapped(text, columns)).toEqual(expected);
  });

  test('keeps roles when it wraps words', () => {
    expect(
      wrapSpans(
        [
          { text: 'one two', role: 'strong' },
          { text: 'three', role: 'dim' },
        ],
        7,
      ),
    ).toEqual([[{ text: 'one two', role: 'strong' }], [{ text: 'three', role: 'dim' }]]);
  });
});
