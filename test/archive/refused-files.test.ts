import { expect, test } from 'vitest';
import { quote, refuse } from '../../src/archive/refused-files.ts';

test.each([
  ['quotes and backslashes', 'a "b"\\c', String.raw`"a \"b\"\\c"`],
  ['letters of all languages', 'ünï/日本 🎉', '"ünï/日本 🎉"'],
  ['what moves the cursor', 'a\u001b[2J\u009b1m\u007f', String.raw`"a\u001b[2J\u009b1m\u007f"`],
  ['what begins a line', 'a\n\u2028b', String.raw`"a\n\u2028b"`],
  ['what turns the direction of a text', '\u202egpj.exe\u2066', String.raw`"\u202egpj.exe\u2066"`],
])('a path for a message is safe to print: %s', (_what, path, quoted) =>
  expect(quote(path)).toBe(quoted),
);

const refusal = (index: number) => ({
  path: `${index}.js`,
  code: 'name_clash',
  message: 'is too much',
});

test.each([
  [1, 'is too much.', 1],
  [2, "is too much (and 1 more of its entries can't be packed).", 2],
  [100, "is too much (and 99 more of its entries can't be packed).", 100],
  [101, "is too much (and 100 more of its entries can't be packed).", 100],
])('of %d refusals the first is told, and up to a hundred are kept', (count, words, kept) => {
  const { problem } = refuse('/x/dist', [
    refusal(0),
    ...Array.from({ length: count - 1 }, (_refusal, index) => refusal(index + 1)),
  ]);
  expect(problem).toMatchObject({ code: 'name_clash', message: `"0.js" in /x/dist ${words}` });
  expect(problem.details).toEqual({
    refusals: Array.from({ length: kept }, (_refusal, index) => refusal(index)),
  });
});

test.each([
  ['file_unreadable', 'Make it readable, or name it in .lumioignore.'],
  ['too_many_files', 'Name what is not needed in .lumioignore.'],
])('%s comes with what to do about it', (code, hint) => {
  expect(refuse('/x/dist', [{ path: 'a', code, message: '' }]).problem.hint).toBe(hint);
});
