import { describe, expect, test } from 'vitest';
import { editJsonObject, readJsonBody, readJsonObject } from '../../src/input/json.ts';
import { problemOf } from '../support/problem-of.ts';

const edit = (text: string) =>
  editJsonObject(text, { extensionId: 'ext_new' }, 'lumio.config.json');
const read = (text: string) => readJsonObject(Buffer.from(text), 'body.json');

describe('readJsonObject', () => {
  test.each([
    '{}',
    ' {"a": [1, null, {"b": "ü"}]}\r\n',
    '\uFEFF{"a": 1}',
    '{"__proto__": {"a": 1}}',
    '{"constructor": 1}',
  ])('reads %j', async (text) => {
    expect(await read(text)).toEqual(JSON.parse(text.replace('\uFEFF', '')));
  });

  test('reads __proto__ as a key like any other', async () => {
    const object = await read('{"__proto__": {"polluted": true}}');
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect('polluted' in object).toBe(false);
  });

  test.each([
    ['{"a": 1,}', 'line 1, column 9'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
    ['{\r\n  // why\r\n  "a": 1\r\n}', 'line 2, column 3'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": "b', 'line 1, column 7'],
    ['{"a": 1', 'line 1, column 8'],
    ['{} {}', 'line 1, column 4'],
  ])('reports line and column of the error in %j', async (text, position) => {
    const problem = await problemOf(() => read(text));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_json',
      message: expect.stringContaining(position),
    });
  });

  test.each(['', ' \n', '\uFEFF'])('refuses %j as empty', async (text) => {
    const { code, message } = await problemOf(() => read(text));
    expect(code).toBe('invalid_json');
    expect(message).toContain('body.json is empty');
  });

  test.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['"a"', 'a string'],
    ['1', 'a number'],
    ['true', 'a boolean'],
  ])('refuses %s in place of an object', async (text, kind) => {
    expect((await problemOf(() => read(text))).message).toContain(kind);
  });

  test('refuses deep nesting, and reports an error in it', async () => {
    const nested = (levels: number) => `{"a": ${'['.repeat(levels)}1.50${']'.repeat(levels)}}`;
    expect(await read(nested(999))).toHaveProperty('a');
    for (const levels of [1000, 200_000])
      expect((await problemOf(() => read(nested(levels)))).message).toContain('1000');
    const broken = `{"a": ${'['.repeat(200_000)}`;
    expect((await problemOf(() => read(broken))).code).toBe('invalid_json');
  });

  test('never repeats the text, which may be a secret', async () => {
    expect(JSON.stringify(await problemOf(() => read('{"value": hunter2}')))).not.toContain(
      'hunter',
    );
  });
});

describe('readJsonBody', () => {
  const readBody = (text: string) => readJsonBody(Buffer.from(text), 'body.json');

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"a":[{"b":{"c":1,"c":2}}]}',
    '{"__proto__":1,"__proto__":2}',
  ])('refuses a repeated key, of which one value would be lost: %s', async (text) => {
    expect(await problemOf(() => readBody(text))).toMatchObject({
      kind: 'usage',
      code: 'invalid_json',
    });
  });

  test('reads the same key in several objects', async () => {
    const text = '\uFEFF{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}';
    expect(await readBody(text)).toEqual(JSON.parse(text.slice(1)));
  });
});

describe('editJsonObject', () => {
  test.each([
    [
      'two spaces',
      '{\n  "a": 1,\n  "extensionId": "old",\n  "b": [ 1,2 ]\n}\n',
      '{\n  "a": 1,\n  "extensionId": "ext_new",\n  "b": [ 1,2 ]\n}\n',
    ],
    [
      'four spaces, a new key',
      '{\n    "a": 1\n}\n',
      '{\n    "a": 1,\n    "extensionId": "ext_new"\n}\n',
    ],
    [
      'tabs, CRLF, no last line end',
      '{\r\n\t"a": 1\r\n}',
      '{\r\n\t"a": 1,\r\n\t"extensionId": "ext_new"\r\n}',
    ],
    ['nothing in it', '{}\n', '{\n  "extensionId": "ext_new"\n}\n'],
    ['an empty line in it', '{\n}\n', '{\n  "extensionId": "ext_new"\n}\n'],
    ['one line', '{"a": 1}', '{"a": 1, "extensionId": "ext_new"}'],
    [
      'an odd layout',
      '{ "a": 1\n  , "b": [1,\n2] }\n\n',
      '{ "a": 1\n  , "b": [1,\n2],\n  "extensionId": "ext_new" }\n\n',
    ],
    [
      'an escaped name',
      '{\n  "extension\\u0049d": "old"\n}',
      '{\n  "extension\\u0049d": "ext_new"\n}',
    ],
    [
      'the same key deeper down',
      '{\n  "x": { "extensionId": 1 }\n}',
      '{\n  "x": { "extensionId": 1 },\n  "extensionId": "ext_new"\n}',
    ],
  ])('keeps %s', async (_, before, after) => {
    expect(await edit(before)).toBe(after);
  });

  test('sets several keys', async () => {
    expect(
      JSON.parse(await editJsonObject('{"a":1}', { b: null, a: { c: [true] } }, 'it')),
    ).toEqual({ a: { c: [true] }, b: null });
  });

  test('refuses to change a key that appears twice', async () => {
    const problem = await problemOf(() => edit('{"extensionId": "one", "extensionId": "two"}'));
    expect(problem).toMatchObject({ kind: 'refused', code: 'unsuitable_json' });
    expect(problem.message).toContain('"extensionId"');
  });

  test('refuses deep nesting', async () => {
    const deep = `{"a": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect((await problemOf(() => edit(deep))).code).toBe('unsuitable_json');
  });
});
