import { parse } from 'dotenv';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { type DotenvFile, maxDotenvBytes, parseDotenv } from '../../src/project/dotenv.ts';
import { problemOf } from '../support/problem-of.ts';

const read = (text: string): DotenvFile => parseDotenv(Buffer.from(text), '.env');
const asObject = (text: string) =>
  Object.fromEntries(read(text).assignments.map(({ key, value }) => [key, value]));

describe('parseDotenv', () => {
  test.each([
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
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

  test('tells on which line each stands, and which ones are overridden', () => {
    expect(read('A=1\n\nB="x\ny"\nA=2\nA=3\n')).toEqual({
      assignments: [
        { key: 'B', value: 'x\ny', line: 3 },
        { key: 'A', value: '3', line: 6 },
      ],
      overridden: [
        { key: 'A', line: 1, byLine: 6 },
        { key: 'A', line: 5, byLine: 6 },
      ],
    });
  });

  test('names like those of every object are keys like any other', () => {
    expect(read('constructor=1\ntoString=2').assignments).toEqual([
      { key: 'constructor', value: '1', line: 1 },
      { key: 'toString', value: '2', line: 2 },
    ]);
  });
});

describe('is refused with its lines, and without their text', () => {
  test.each([
    ['A=1\nhunter2\nB=2', [2]],
    ['=hunter2', [1]],
    ['A B=hunter2', [1]],
    ['ключ=hunter2', [1]],
    ['A\n=hunter2', [1, 2]],
    ['A=\n"hunter2"', [2]],
    ['A="hunter2\nB=1', [1]],
    ['A="hunter2" and more', [1]],
    ["A='hunter2\nB='1", [1, 2]],
    ['__proto__=hunter2', [1]],
    ['export A', [1]],
  ])('%j', async (text, lines) => {
    const problem = await problemOf(() => read(text));
    expect(problem).toMatchObject({ kind: 'refused', code: 'invalid_dotenv', details: { lines } });
    expect(problem.message).toBe(
      `.env can't be read in ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}.`,
    );
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test.each<[string, string | Buffer, string]>([
    ['NUL', 'A=1\nB=\0\n', '.env has a NUL character in line 2.'],
    ['what is no UTF-8', Buffer.from([0x41, 0x3d, 0xff]), '.env is not valid UTF-8.'],
    ['UTF-16', Buffer.from('A=1', 'utf16le'), '.env has a NUL character in line 1.'],
    ['too much', 'A='.padEnd(maxDotenvBytes + 1, 'a'), '.env is larger than 256 KiB.'],
  ])('%s', async (_, content, message) => {
    expect(await problemOf(() => parseDotenv(Buffer.from(content), '.env'))).toMatchObject({
      kind: 'refused',
      message,
    });
  });

  test('only the first of many lines are named', async () => {
    expect((await problemOf(() => read('x\n'.repeat(12)))).message).toBe(
      ".env can't be read in lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more.",
    );
  });
});

describe('against dotenv itself', () => {
  const piece = fc.constantFrom(
    'A',
    'B',
    'KEY',
    '=',
    '=',
    ': ',
    '"',
    "'",
    '`',
    '\\',
    '#',
    ' ',
    '\n',
    '\n',
    '\r\n',
    'x',
    'value',
    'export ',
    '\\n',
    '$',
    '\t',
    '.',
  );
  const line = fc
    .tuple(fc.constantFrom('A', 'B', 'C'), fc.array(piece, { maxLength: 6 }))
    .map(([key, parts]) => `${key}=${parts.join('')}`);
  const file = fc.oneof(
    fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')),
    fc.array(piece, { maxLength: 24 }).map((parts) => parts.join('')),
  );

  test('what is accepted has the values that dotenv gives', () => {
    let accepted = 0;
    fc.assert(
      fc.property(file, (text) => {
        try {
          expect(asObject(text)).toEqual({ ...parse(text) });
          accepted += 1;
        } catch (thrown) {
          if (!(thrown instanceof LumioError)) throw thrown;
        }
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});

test.each([
  ['line ends', '\n'],
  ['open quotes', "A='x\n"],
  ['escaped quotes', "A='\\'\n"],
  ['spaces', ' '],
  ['keys without a value', 'A'],
])('is not slowed down by a file full of %s', (_, part) => {
  const text = part.repeat(Math.floor(maxDotenvBytes / part.length));
  expect(() => {
    try {
      read(text);
    } catch (thrown) {
      if (!(thrown instanceof LumioError)) throw thrown;
    }
  }).not.toThrow();
});
