/** How the arguments of `lumio api` become a request. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RawBody, RawRequest } from '../../src/api/client.ts';
import {
  buildRawRequest,
  secretInRequest,
  type RawRequestArguments,
} from '../../src/api/raw-request.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

function requestOf(words: Partial<RawRequestArguments>, cwd = '/nowhere'): Promise<RawRequest> {
  const all = {
    path: '/extensions',
    method: undefined,
    fields: [],
    form: [],
    input: undefined,
    headers: [],
    ...words,
  };
  return buildRawRequest(all, {
    cwd,
    readBytes: async (input) => Buffer.from(`the content of ${input}`),
  });
}

/** The string of a body in memory. */
function textOf(body: RawBody | undefined): string | undefined {
  return body !== undefined && 'bytes' in body ? Buffer.from(body.bytes).toString() : undefined;
}

describe('the method', () => {
  test.each<[string, string, Partial<RawRequestArguments>]>([
    ['is GET without a body', 'GET', {}],
    ['is POST with fields', 'POST', { fields: ['name=x'] }],
    ['is POST with a form', 'POST', { form: ['version=1.0.0'] }],
    ['is POST with an input', 'POST', { input: '-' }],
    ['is the specified one with a body', 'PATCH', { method: 'PATCH', fields: ['name=x'] }],
    ['is the specified one without a body', 'DELETE', { method: 'DELETE' }],
    ['is GET with fields if specified', 'GET', { method: 'GET', fields: ['a=b'] }],
  ])('%s', async (_, method, words) => {
    expect((await requestOf(words)).method).toBe(method);
  });
});

describe('fields become a JSON body', () => {
  test.each([
    ['key=text is a string', ['name=Board'], '{"name":"Board"}'],
    ['even if it looks like a number', ['name=5'], '{"name":"5"}'],
    ['even if it is empty', ['name='], '{"name":""}'],
    ['to the last character', ['name=a=b:=c '], '{"name":"a=b:=c "}'],
    [
      'key:=value is JSON',
      ['count:=5', 'pricing:={"type": "free"}', 'on:=true', 'none:=null'],
      '{"count":5,"pricing":{"type":"free"},"on":true,"none":null}',
    ],
    ['a key may contain a colon', ['a:b=c'], '{"a:b":"c"}'],
    ['no key is special', ['__proto__=x'], '{"__proto__":"x"}'],
  ])('%s', async (_, fields, body) => {
    const request = await requestOf({ fields });
    expect([textOf(request.body), request.path]).toEqual([body, '/extensions']);
    expect(request.body).toMatchObject({ contentType: 'application/json' });
  });
});

describe('fields of a GET become its query', () => {
  test.each([
    ['encoded', 'extensions', ['q=a b&c'], 'extensions?q=a+b%26c'],
    ['after the query of the path', 'extensions?limit=1', ['page=2'], 'extensions?limit=1&page=2'],
    [
      'JSON as its text',
      'extensions',
      ['limit:=5', 'on:=true', 'like:="x"', 'ids:=[1]'],
      'extensions?limit=5&on=true&like=x&ids=%5B1%5D',
    ],
    ['repeated ones', 'extensions', ['id=a', 'id=b'], 'extensions?id=a&id=b'],
    ['no query without fields', 'extensions', [], 'extensions'],
  ])('%s', async (_, path, fields, whole) => {
    expect(await requestOf({ method: 'GET', path, fields })).toEqual({
      method: 'GET',
      path: whole,
    });
  });
});

test('--input is sent unchanged, as JSON', async () => {
  const request = await requestOf({ input: 'body.json', method: 'PUT' });
  expect(textOf(request.body)).toBe('the content of body.json');
  expect(request.body).toMatchObject({ contentType: 'application/json' });
});

test('a request without any body has none', async () => {
  expect(await requestOf({ method: 'DELETE', path: 'extensions/ext_1' })).toEqual({
    method: 'DELETE',
    path: 'extensions/ext_1',
    body: undefined,
  });
});

describe('a form', () => {
  test.each([
    [
      'a .tar.gz file is gzip',
      'bundle=@dist/bundle.tar.gz',
      { name: 'bundle', sizeBytes: 3, fileName: 'bundle.tar.gz', contentType: 'application/gzip' },
    ],
    [
      'a .TGZ file, too',
      'bundle=@dist/BUNDLE.TGZ',
      { name: 'bundle', sizeBytes: 4, fileName: 'BUNDLE.TGZ', contentType: 'application/gzip' },
    ],
    [
      'any other file is bytes',
      'bundle=@dist/bundle.gz.txt',
      {
        name: 'bundle',
        sizeBytes: 0,
        fileName: 'bundle.gz.txt',
        contentType: 'application/octet-stream',
      },
    ],
  ])('%s, sent under its own name', async (_, word, part) => {
    const cwd = await temporaryDirectory({
      'dist/bundle.tar.gz': 'abc',
      'dist/BUNDLE.TGZ': 'abcd',
      'dist/bundle.gz.txt': '',
    });
    expect((await requestOf({ form: [word] }, cwd)).body).toEqual({
      parts: [{ ...part, path: join(cwd, 'dist', part.fileName) }],
    });
  });

  test('accepts a file by its absolute path from any working directory', async () => {
    const path = join(await temporaryDirectory({ f: 'abc' }), 'f');
    expect((await requestOf({ form: [`bundle=@${path}`] })).body).toMatchObject({
      parts: [{ path, sizeBytes: 3 }],
    });
  });

  test('reads one file from stdin', async () => {
    const stdin = { fileName: '-', contentType: 'application/octet-stream' };
    expect((await requestOf({ form: ['bundle=@-'] })).body).toEqual({
      parts: [{ name: 'bundle', value: Buffer.from('the content of -'), ...stdin }],
    });
    const problem = await problemOf(() => requestOf({ form: ['a=@-', 'b=@-'] }));
    expect(problem).toMatchObject({ kind: 'usage', code: 'conflicting_options' });
  });

  test('keeps strings unchanged and in order', async () => {
    const { body } = await requestOf({
      form: ['version=1.3.0', 'changelog=a=b, mail@home', 'note='],
    });
    expect(body).toEqual({
      parts: [
        { name: 'version', value: '1.3.0' },
        { name: 'changelog', value: 'a=b, mail@home' },
        { name: 'note', value: '' },
      ],
    });
  });

  test.each([
    ["that doesn't exist", 'none.gz', 'no_such_file'],
    ['that is a directory', 'dist', 'not_a_file'],
  ])('refuses a file %s before anything is sent', async (_, file, code) => {
    const cwd = await temporaryDirectory({ 'dist/index.html': '' });
    const problem = await problemOf(() => requestOf({ form: [`bundle=@${file}`] }, cwd));
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(problem.message.includes(join(cwd, file))).toBe(file === 'dist');
  });
});

describe('usage errors', () => {
  const noName = 'invalid_field';
  test.each<[string, Partial<RawRequestArguments>, string]>([
    ['fields and a form', { fields: ['a=b'], form: ['a=b'] }, 'conflicting_options'],
    ['fields and an input', { fields: ['a=b'], input: '-' }, 'conflicting_options'],
    ['a form and an input', { form: ['a=b'], input: '-' }, 'conflicting_options'],
    ['a GET with a form', { method: 'GET', form: ['a=b'] }, 'conflicting_options'],
    ['a GET with an input', { method: 'GET', input: '-' }, 'conflicting_options'],
    [
      'a field without "=", which isn\'t repeated: it may be a bare secret',
      { fields: ['sk_live_abc'] },
      noName,
    ],
    ['a field without a name', { fields: ['=sk_live_abc'] }, noName],
    ['a JSON field without a name', { fields: [':=1'] }, noName],
    ['a form field without a name', { form: ['=@f'] }, 'invalid_field'],
    [
      "a field with invalid JSON, whose value isn't repeated",
      { fields: ['count:=five'] },
      'invalid_field',
    ],
    [
      'a field whose JSON is nested too deeply',
      { fields: [`a:=${'['.repeat(1001)}${']'.repeat(1001)}`] },
      'invalid_field',
    ],
    [
      'a field whose name is nested too deeply',
      { fields: [`a${'[b]'.repeat(1000)}=1`] },
      'invalid_field',
    ],
    ['the same in the query of a GET', { method: 'GET', fields: ['count:='] }, 'invalid_field'],
  ])('%s', async (_, words, code) => {
    const problem = await problemOf(() => requestOf(words));
    expect(problem).toMatchObject({ kind: 'usage', code });
    expect(`${problem.message} ${problem.hint}`).not.toMatch(/sk_live_abc|five/);
  });
});

describe('a path that Git Bash changed is restored', () => {
  test.each([
    ['C:/Program Files/Git/extensions', '/extensions'],
    ['C:/Program Files/Git/extensions/ext_1/versions', '/extensions/ext_1/versions'],
    ['C:/Users/me/AppData/Local/Programs/Git/extensions?limit=1', '/extensions?limit=1'],
    ['d:/msys64/extensions', '/extensions'],
    ['C:/cygwin64/extensions', '/extensions'],
    ['C:/tools/PortableGit/extensions', '/extensions'],
  ])('%s is %s', async (input, path) => {
    expect((await requestOf({ path: input })).path).toBe(path);
  });

  test.each([
    '/extensions',
    'extensions/ext_1',
    'https://api.lumio.vision/developer/v1/extensions',
    '/a/C:/x',
    'c:x',
  ])('%s is left unchanged', async (path) => {
    expect((await requestOf({ path })).path).toBe(path);
  });

  test.each([
    'C:/Users/me/extensions',
    'C:/Program Files/Git/extensionsets',
    'C:/digit/extensions',
    'C:/Program Files/Git/mingw/extensions',
    String.raw`c:\Git\extensions`,
  ])('refuses %s as ambiguous', async (path) => {
    expect(await problemOf(() => requestOf({ path }))).toMatchObject({
      kind: 'usage',
      code: 'invalid_path',
    });
  });
});

describe('finds the value of a secret to mask it', () => {
  const path = 'extensions/ext_1/secrets/KEY';
  const json = (text: string): RawBody => ({
    bytes: Buffer.from(text),
    contentType: 'application/json',
  });
  const file = { name: 'value', path: '/f', sizeBytes: 1, fileName: 'f', contentType: 'x' };
  test.each<[string, RawRequest['path'], RawBody | undefined, string | undefined]>([
    ['in JSON', path, json('{"value":"s3cret"}'), 's3cret'],
    ['beside other fields', `/${path}`, json('{"note":"x","value":"s3cret"}'), 's3cret'],
    [
      'in a form',
      path,
      {
        parts: [
          { name: 'note', value: 'x' },
          { name: 'value', value: 's3cret' },
        ],
      },
      's3cret',
    ],
    [
      'from stdin',
      path,
      {
        parts: [
          { name: 'value', value: Buffer.from('s3cret'), fileName: '-', contentType: 'text/plain' },
        ],
      },
      's3cret',
    ],
    ['not for another path', 'extensions/ext_1', json('{"value":"shown"}'), undefined],
    ['not without a body', path, undefined, undefined],
    ['not without a value', path, json('{"note":"x"}'), undefined],
    ["not if the value isn't a string", path, json('{"value":5}'), undefined],
    ["not if the body isn't an object", path, json('null'), undefined],
    ['not if the body is a string', path, json('"value"'), undefined],
    ["not if the body isn't JSON", path, json('value'), undefined],
    ['not in a form without one', path, { parts: [{ name: 'note', value: 'x' }] }, undefined],
    ['not if it is a file', path, { parts: [file] }, undefined],
  ])('%s', (_, at, body, secret) => {
    expect(secretInRequest({ method: 'PUT', path: at, body })).toBe(secret);
  });
});

describe('nested fields', () => {
  test.each([
    [['labels[]=x', 'labels[]=y'], { labels: ['x', 'y'] }],
    [['pricing[type]=free'], { pricing: { type: 'free' } }],
    [['p[type]=one_time', 'p[amount]:=1.50'], { p: { type: 'one_time', amount: 1.5 } }],
    [['a[b][c][]=1', 'a[b][c][]=2'], { a: { b: { c: ['1', '2'] } } }],
    [['a[][b]=1', 'a[][c]=2', 'a[][b]=3'], { a: [{ b: '1', c: '2' }, { b: '3' }] }],
    [['__proto__[x]=1'], JSON.parse('{"__proto__":{"x":"1"}}')],
  ])('%j', async (fields, document) => {
    const { body } = await requestOf({ fields });
    expect(JSON.parse(textOf(body) ?? '')).toEqual(document);
  });

  test.each([
    [['a=1', 'a=2']],
    [['a=1', 'a[b]=2']],
    [['a[b]=1', 'a=2']],
    [['a[]=1', 'a[b]=2']],
    [['a[b]=1', 'a[b]=2']],
    [['a[=1']],
    [['a]=1']],
    [['[]=1']],
    [['a[b]c=1']],
  ])('%j is refused', async (fields) => {
    const problem = await problemOf(() => requestOf({ fields }));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_field' });
  });

  test('repeats a name in a query', async () => {
    const { path } = await requestOf({ method: 'GET', fields: ['tag=a', 'tag=b', 'l[]=c'] });
    expect(path).toBe('/extensions?tag=a&tag=b&l%5B%5D=c');
  });
});

test.each(['12345678901234567890', '1e400', '-0', '1.50'])(
  'key:=%s is sent with every digit',
  async (number) => {
    expect(textOf((await requestOf({ fields: [`id:=${number}`] })).body)).toBe(`{"id":${number}}`);
  },
);

describe('headers', () => {
  test('are sent in lower case, repeated ones joined', async () => {
    const { headers } = await requestOf({ headers: ['X-A: 1', 'x-a:2', 'X-Empty:'] });
    expect(headers).toEqual({ 'x-a': '1, 2', 'x-empty': '' });
  });

  test('Content-Type is the type of the body', async () => {
    const { headers, body } = await requestOf({
      headers: ['Content-Type: text/plain'],
      input: '-',
    });
    expect([headers, body]).toMatchObject([undefined, { contentType: 'text/plain' }]);
  });

  test.each([
    'Authorization: Bearer canary',
    'authorization:canary',
    'Host: canary.example',
    'Content-Length: 9',
    'Trailer: canary',
    'X-A: canary\r\nX-B: 2',
    'X-A: canary\n',
    'X-A: c\u00e4nary',
    'X A: canary',
    ': canary',
    'canary',
  ])('%j is refused without repeating its value', async (header) => {
    const problem = await problemOf(() => requestOf({ headers: [header] }));
    expect(problem.kind).toBe('usage');
    expect(`${problem.message} ${problem.hint}`).not.toContain('canary');
  });
});
