import { expect, test } from 'vitest';
import { quote, refuse } from '../../src/archive/refused-files.ts';

test.each([
  ['quotes and backslashes', 'a "b"\\c', String.raw`"a \"b\"\\c"`],
  ['letters of all languages', 'ünï/日本 🎉', '"ünï/日本 🎉"'],
  ['cursor movements', 'a\u001b[2J\u009b1m\u007f', String.raw`"a\u001b[2J\u009b1m\u007f"`],
  ['line breaks', 'a\n\u2028b', String.raw`"a\n\u2028b"`],
  ['bidirectional controls', '\u202egpj.exe\u2066', String.raw`"\u202egpj.exe\u2066"`],
])('a path for a message is safe to print: %s', (_what, path, quoted) =>
  expect(quote(path)).toBe(quoted),
);

const refusal = (index: number) => ({
  path: `${index}.js`,
  code: 'name_clash',
  message: 'is too much',
});

test.each([
  [1, 1],
  [100, 100],
  [101, 100],
])('of %d refusals, shows the first and lists at most a hundred', (count, listed) => {
  const { problem } = refuse('/x/dist', [
    refusal(0),
    ...Array.from({ length: count - 1 }, (_refusal, index) => refusal(index + 1)),
  ]);
  expect(problem).toMatchObject({
    code: 'name_clash',
    message: expect.stringContaining('"0.js" in /x/dist'),
  });
  expect(problem.message.includes(` ${count - 1} more `)).toBe(count > 1);
  expect(problem.details).toEqual({
    refusals: Array.from({ length: listed }, (_refusal, index) => refusal(index)),
  });
});
