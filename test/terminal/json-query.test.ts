import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../src/shared/json.ts';
import { checkQuery, queryJson } from '../../src/terminal/json-query.ts';
import { createRedact } from '../../src/terminal/redact.ts';
import { autoClose } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

const data = {
  versions: [
    { id: 'ver_1', sizeBytes: 5, approvedAt: null },
    { id: 'ver_2', sizeBytes: 7 },
  ],
  more: undefined,
};

test.each([
  ['a string is bare', 'versions[0].id', 'ver_1\n'],
  ['a number is bare', 'length(versions)', '2\n'],
  ['a boolean is bare', 'versions[0].sizeBytes == `5`', 'true\n'],
  ['a list is JSON', 'versions[].id', '[\n  "ver_1",\n  "ver_2"\n]\n'],
  ['nothing is null', 'versions[0].approvedAt', 'null\n'],
  ['a key that JSON omits is null', 'more', 'null\n'],
])('%s', (_what, expression, expected) => {
  expect(queryJson(data, expression, createRedact()).text).toBe(expected);
});

test.each(['versions[', 'versions[0', ''])(
  '"%s" is refused before anything is done',
  (expression) => {
    expect(() => checkQuery(expression)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        problem: expect.objectContaining({ code: 'invalid_query' }),
      }),
    );
  },
);

test.each(['nope(versions)', 'length(versions[0].id.foo)'])(
  '"%s" fails on the result, and reports that the command succeeded',
  (expression) => {
    checkQuery(expression);
    const problem = {
      code: 'query_failed',
      details: { result: { versions: data.versions } },
    };
    expect(() => queryJson(data, expression, createRedact())).toThrow(
      expect.objectContaining({ kind: 'usage', problem: expect.objectContaining(problem) }),
    );
  },
);

test.each([
  ['a[?@>`1`]', '12345678901234567890', '9007199254740993', '1.50'],
  ['a[?@==`9007199254740993`]', '9007199254740993'],
  ['[max(a)]', '12345678901234567890'],
  ['a[?contains(`[9007199254740993]`, @)]', '9007199254740993'],
])('%s compares numbers and keeps their digits', (expression, ...numbers) => {
  const document = parseExactJson('{"a":[12345678901234567890,9007199254740993,1.50]}');
  const list = queryJson(document, expression, createRedact(), 'line').text;
  expect(list).toBe(`[${numbers.join(',')}]\n`);
});

test.each([
  ['to_string(a)', '12345678901234567890'],
  ['to_string(b)', '[1.50,1e400,{"c":"x"}]'],
  ['to_string(b[2].c)', 'x'],
  ['to_string(`null`)', 'null'],
])('%s keeps the digits of numbers', (expression, text) => {
  const document = parseExactJson('{"a":12345678901234567890,"b":[1.50,1e400,{"c":"x"}]}');
  expect(queryJson(document, expression, createRedact()).text).toBe(`${text}\n`);
});

test('a failed expression keeps the digits of the result', () => {
  const document = parseExactJson('{"id":12345678901234567890}');
  expect(() => queryJson(document, 'length(id)', createRedact())).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({ details: { result: document } }),
    }),
  );
});

test('numbers that are the same to JavaScript keep their digits', () => {
  const text = '[12345678901234567890,12345678901234567891,1.5,1.50]';
  expect(queryJson(parseExactJson(text), '[]', createRedact(), 'line').text).toBe(
    '[12345678901234567890,12345678901234567891,1.5,1.5]\n',
  );
  expect(queryJson(parseExactJson('{"a":[1.50]}'), 'a[0]', createRedact()).text).toBe('1.50\n');
});

test('starts no command of a CI runner', async () => {
  const description = '::add-mask::x\n ::set-env::y\n##[add-path]/x';
  const api = autoClose(
    await startScriptedServer((_, response) =>
      sendJson(response, 200, { id: 'ext_1', description }),
    ),
  );
  const ran = await runLumio(['extensions', 'get', 'ext_1', '--query', 'description'], {
    env: {
      LUMIO_API_KEY: 'lm_dev_query_12345678',
      LUMIO_API_URL: `${api.origin}/developer/v1`,
      GITHUB_ACTIONS: 'true',
    },
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).not.toMatch(/^\s*::|##\[/m);
});

describe('an expression that selects nothing', () => {
  const argv = ['help', 'exit-codes', '--query'];

  test('prints null, and names the keys of the document in a terminal', async () => {
    const ran = await runLumio([...argv, 'exitcodes'], { terminal: { columns: 80 } });
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'null\n' });
    expect(ran.stderr).toContain('exitCodes');
  });

  test.each([
    { words: ['exitcodes'], terminal: undefined },
    { words: ['exitcodes', '--quiet'], terminal: { columns: 80 } },
    { words: ['exitCodes[0].code'], terminal: { columns: 80 } },
    { words: ['exitCodes[?code==`99`]'], terminal: { columns: 80 } },
  ])('prints no hint with $words and $terminal', async ({ words, ...options }) => {
    const { terminal } = options;
    const ran = await runLumio([...argv, ...words], terminal === undefined ? {} : { terminal });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('names only some of many keys', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`key${at}`, at]));
    const { hint } = queryJson(many, 'none', createRedact());
    expect(hint).toContain('key19');
    expect(hint).not.toContain('key20');
  });

  test('explains how to select from a list', () => {
    expect(queryJson([1], 'none', createRedact()).hint).toContain('[0]');
  });
});
