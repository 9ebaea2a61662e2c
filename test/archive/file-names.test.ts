import { describe, expect, test } from 'vitest';
import { clashFinder, nameProblem, sortByBytes } from '../../src/archive/file-names.ts';

describe('nameProblem', () => {
  test.each([
    'a',
    '.well-known',
    'index.html',
    'über café.svg',
    'console.js',
    'com.example.js',
    'com10',
    'aux-1.css',
    'nul_',
    '日本',
    'a b',
    '[id].js',
    '#.js',
    'x.con',
    '🎉.svg',
  ])('accepts %j', (name) => expect(nameProblem(name)).toBeUndefined());

  test.each([
    ['con', 'name_not_portable'],
    ['CON.txt', 'name_not_portable'],
    ['aux.c.js', 'name_not_portable'],
    ['Com1', 'name_not_portable'],
    ['lpt\u00b2.txt', 'name_not_portable'],
    ['conin$', 'name_not_portable'],
    ['nul .txt', 'name_not_portable'],
    ['a.', 'name_not_portable'],
    ['a ', 'name_not_portable'],
    ['a:b', 'name_not_portable'],
    [':a', 'name_not_portable'],
    ['what?', 'name_not_portable'],
    ['a*b', 'name_not_portable'],
    ['a|b', 'name_not_portable'],
    ['<a>', 'name_not_portable'],
    ['"a"', 'name_not_portable'],
    ['a\\b', 'name_not_portable'],
    ['a\nb', 'name_not_portable'],
    ['a\u001b[31m', 'name_not_portable'],
    ['a\u009b', 'name_not_portable'],
    ['a\ufffd', 'name_not_utf8'],
  ])('refuses %j', (name, code) => expect(nameProblem(name)?.code).toBe(code));

  test('shows a forbidden character in a form that is safe to print', () => {
    expect(nameProblem('a\u001b[31m')?.message).toContain(String.raw`"\u001b"`);
    expect(nameProblem('a\u009b31m')?.message).toContain(String.raw`"\u009b"`);
    expect(nameProblem('a\u007f')).toBeUndefined();
  });
});

test.each([
  ['Logo.svg', 'logo.svg', true],
  ['caf\u00e9', 'cafe\u0301', true],
  ['\u00c9', 'e\u0301', true],
  ['a.js', 'b.js', false],
  ['cafe', 'caf\u00e9', false],
  ['stra\u00dfe', 'STRASSE', true],
  ['\u03c3', '\u03c2', true],
  ['\u212a.txt', 'k.txt', true],
  ['\u03b1', 'a', false],
])('%j and %j clash: %j', (left, right, clash) => {
  const clashOf = clashFinder();
  expect([clashOf(left), clashOf(right)]).toEqual([undefined, clash ? left : undefined]);
});

test.each([
  [['b', 'a', '\u{1f389}', '\uff5e', 'é', 'Z', 'a/', 'a.js', 'a-b/']],
  [['b', 'a', '\uff5e', 'é', 'Z', 'a/', 'a.js', 'a-b/']],
])('sortByBytes orders %j as UTF-8 does', (names) => {
  const byBytes = names.toSorted((left, right) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  expect(sortByBytes(names.map((key) => ({ key }))).map(({ key }) => key)).toEqual(byBytes);
});
