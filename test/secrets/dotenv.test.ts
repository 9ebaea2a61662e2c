import { parse } from 'dotenv';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { parseDotenv, type SecretsFile } from '../../src/secrets/secrets-file.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';
import { problemOf } from '../support/problem-of.ts';

const read = (text: string): SecretsFile => parseDotenv(text, '.env');
const asObject = (text: string) =>
  Object.fromEntries(read(text).assignments.map(({ key, value }) => [key, value]));

describe('parseDotenv', () => {
  test.each([
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['# comment\n\n  \t\nA=1 # why\n', { A: '1' }],
    ['export A=1\n  B = 2 \nC: 3', { A: '1', B: '2', C: '3' }],
    ['A=', { A: '' }],
    ['A=""\nB=\'\'', { A: '', B: '' }],
    ['A="x # y" # z', { A: 'x # y' }],
    ['A=\'x\\n\'\nB="x\\n"', { A: 'x\\n', B: 'x\n' }],
    ['A="one\ntwo\nB=3"\nC=4', { A: 'one\ntwo\nB=3', C: '4' }],
    ['A="one\r\ntwo"', { A: 'one\ntwo' }],
    ['A=`it\'s "so"`', { A: 'it\'s "so"' }],
    ['A={"a": "b"}', { A: '{"a": "b"}' }],
    ['A="C:\\dir\\"\nB=2', { A: 'C:\\dir\\', B: '2' }],
    ['A="say \\"hi\\""', { A: 'say \\"hi\\"' }],
    ['A=a=b', { A: 'a=b' }],
    ['a.b-c=1', { 'a.b-c': '1' }],
    ['', {}],
  ])('reads %j', (text, expected) => {
    expect(asObject(text)).toEqual(expected);
    expect(parse(text)).toEqual(expected);
  });

  test('reports lines and overridden keys', () => {
    expect(read('A=1\n\nB="x\ny"\nA=2\nA=3\n')).toEqual({
      assignments: [
        { key: 'B', value: 'x\ny', line: 3 },
        { key: 'A', value: '3', line: 6 },
      ],
      overridden: [
        { key: 'A', line: 1, byLine: 6 },
        { key: 'A', line: 5, byLine: 6 },
      ],
      notes: [],
    });
  });

  test('reads names of object members as keys', () => {
    expect(read('constructor=1\ntoString=2\n__proto__ = "3" # x').assignments).toEqual([
      { key: 'constructor', value: '1', line: 1 },
      { key: 'toString', value: '2', line: 2 },
      { key: '__proto__', value: '3', line: 3 },
    ]);
  });
});

describe('reads values that only look broken', () => {
  test.each([
    ['A="{"a":1}"', { A: '{"a":1}' }],
    ["A='it's'", { A: "it's" }],
    ['A="hunter2" and more', { A: '"hunter2" and more' }],
    ['A="hunter2\nB=1', { A: '"hunter2', B: '1' }],
    ["A='hunter2\nB='1", { A: "'hunter2", B: "'1" }],
    ['A\n=x', { A: 'x' }],
    ['A=\n"x"', { A: 'x' }],
    ['A:\nB=2', { A: 'B=2' }],
    ['A=#x', { A: '' }],
    ["A='\\'\nB=2", { A: '\\', B: '2' }],
    ['A="x"\u2028B=2', { A: 'x', B: '2' }],
    ['A=x\u2028B=2', { A: 'x\u2028B=2' }],
    ['export=1\nexport export=2', { export: '2' }],
  ])('%j', (text, expected) => {
    expect(asObject(text)).toEqual(expected);
    expect(parse(text)).toEqual(expected);
  });

  test.each<[string, object[]]>([
    ['PW=pa#ss', [{ line: 1, reason: 'hash' }]],
    ['A=1\n\nCOLOR=#fff', [{ line: 3, reason: 'hash' }]],
    ['URL=https://x.example/#/a # comment', [{ line: 1, reason: 'hash' }]],
    ['A="pa"ss#word', [{ line: 1, reason: 'hash' }]],
    ['A="x\nB=1', [{ line: 1, reason: 'quote' }]],
    ['A="', [{ line: 1, reason: 'quote' }]],
    ['A=1 # why\nB="x#y"#z\nC= # empty\nD=\t#', []],
    ['A="{"a":1}"\nB=5\'11"', []],
  ])('notes the suspicious lines of %j', (text, notes) => {
    expect(read(text).notes).toEqual(notes);
  });
});

describe('refuses lines that dotenv skips, without repeating them', () => {
  test.each([
    ['A=1\nhunter2\nB=2', [2]],
    ['=hunter2', [1]],
    ['A B=hunter2', [1]],
    ['ключ=hunter2', [1]],
    ['export A', [1]],
    ['A=1\r\rhunter2\r\n\nhunter2', [3, 5]],
  ])('%j', async (text, lines) => {
    const problem = await problemOf(() => read(text));
    expect(problem).toMatchObject({ kind: 'refused', code: 'invalid_dotenv', details: { lines } });
    expect(problem.message).toContain(lines.join(', '));
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test('names the first ten of many lines', async () => {
    const { message } = await problemOf(() => read('x\n'.repeat(12)));
    expect(message).toMatch(/9, 10 and 2 more/);
  });
});

describe('agrees with the dotenv package', () => {
  const pieces = 'A B KEY = = : " " \' \' ` \\ # x value export \\n $ . -'.split(' ');
  const spaces = [
    ': ',
    ' ',
    '\n',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '\u2028',
    '\u2029',
    '\u00a0',
    '\ufeff',
  ];
  const piece = fc.constantFrom('export ', ...pieces, ...spaces);
  const line = fc
    .tuple(fc.constantFrom('A', 'B', 'C'), fc.array(piece, { maxLength: 8 }))
    .map(([key, parts]) => `${key}=${parts.join('')}`);
  const file = fc.oneof(
    fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n')),
    fc.array(piece, { maxLength: 24 }).map((parts) => parts.join('')),
  );

  test('on random files', () => {
    fc.assert(
      fc.property(file, (text) => {
        const own = attempt(text);
        fc.pre(own !== undefined);
        expect(own).toEqual(parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("on random lines that it doesn't skip", () => {
    const value = fc.array(
      piece.filter((part) => !/[\n\r]/.test(part)),
      { maxLength: 8 },
    );
    const safe = fc.tuple(fc.constantFrom('A', 'B', 'C'), value);
    fc.assert(
      fc.property(fc.array(safe, { maxLength: 6 }), (lines) => {
        const text = lines.map(([key, parts]) => `${key}=${parts.join('')}`).join('\n');
        fc.pre(!/[\u2028\u2029]/.test(text));
        expect(attempt(text)).toEqual(parse(text));
      }),
      { numRuns: 1000 },
    );
  });
});

function attempt(text: string): unknown {
  try {
    return asObject(text);
  } catch (thrown) {
    if (thrown instanceof LumioError) return undefined;
    throw thrown;
  }
}

test.each([
  ['open quotes', "A='x\n"],
  ['escaped quotes', "A='\\'\n"],
  ['escaped quotes alone', "\\' "],
  ['quotes of three kinds', 'A="\nB=\'\nC=`\n'],
  ['spaces', ' '],
  ['empty lines', '\n'],
  ['keys without a value', 'A'],
  ['exports', 'export '],
])('reads a file full of %s in linear time', async (_, part) => {
  const work = (bytes: number): void =>
    expect(() => attempt(`A='${part.repeat(bytes / part.length)}`)).not.toThrow();
  expect(await growthOf(128 * 1024, work)).toBeLessThan(maxLinearGrowth);
});
