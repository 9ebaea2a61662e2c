/** `api`: sends any request with the key and a checked body, and prints the response unchanged. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import {
  type Responder,
  type ScriptedServer,
  sendJson,
  startScriptedServer,
} from '../support/servers/scripted-server.ts';

interface Recorder extends ScriptedServer {
  readonly env: Readonly<Record<string, string>>;
}

/** A server with a base path that responds with `{}` by default. */
async function record(
  respond: Responder = (_, response) => sendJson(response, 200, {}),
): Promise<Recorder> {
  const server = await startScriptedServer(respond);
  cleanUp(server.close);
  return {
    ...server,
    env: {
      LUMIO_API_URL: `${server.origin}/developer/v1`,
      LUMIO_API_KEY: 'lm_dev_canary_key_of_the_api_test',
    },
  };
}

function raw(body: string | Uint8Array, type: string): Responder {
  return (_, response) => void response.writeHead(200, { 'content-type': type }).end(body);
}

describe('requests', () => {
  const cwd = temporaryDirectory({
    'body.json': '{ "value" : "\u00e9" }',
    'a.tgz': gzipSync('tar'),
    'note.txt': 'text',
  });

  test.each([
    { argv: ['extensions'], sent: 'GET /developer/v1/extensions', body: '' },
    { argv: ['/extensions'], sent: 'GET /developer/v1/extensions', body: '' },
    {
      argv: ['C:/Program Files/Git/extensions/git/versions'],
      sent: 'GET /developer/v1/extensions/git/versions',
      body: '',
    },
    { argv: ['D:/msys64/extensions?a=b'], sent: 'GET /developer/v1/extensions?a=b', body: '' },
    {
      argv: ['extensions', '-X', 'GET', '-f', 'a b=c&d', '-f', 'n:=1'],
      sent: 'GET /developer/v1/extensions?a+b=c%26d&n=1',
      body: '',
    },
    {
      argv: ['extensions', '-f', 'name=A=B', '-f', 'pricing:={"type":"free"}'],
      sent: 'POST /developer/v1/extensions',
      body: '{"name":"A=B","pricing":{"type":"free"}}',
    },
    {
      argv: ['-X', 'PATCH', 'extensions/e', '--field', 'name=@literal'],
      sent: 'PATCH /developer/v1/extensions/e',
      body: '{"name":"@literal"}',
    },
    {
      argv: ['-X', 'PUT', 'extensions/e', '--input', 'body.json', '--no-input'],
      sent: 'PUT /developer/v1/extensions/e',
      body: '{ "value" : "\u00e9" }',
    },
    {
      argv: ['extensions', '--input', '-'],
      sent: 'POST /developer/v1/extensions',
      body: 'not checked',
    },
    {
      argv: ['-X', 'DELETE', 'extensions/%20x'],
      sent: 'DELETE /developer/v1/extensions/%20x',
      body: '',
    },
    {
      argv: ['extensions', '-f', '__proto__=x'],
      sent: 'POST /developer/v1/extensions',
      body: '{"__proto__":"x"}',
    },
  ])('$argv', async ({ argv, sent, body }) => {
    const { env, seen } = await record();
    const ran = await runLumio(['api', ...argv], { env, cwd: await cwd, stdin: 'not checked' });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '{}' });
    const [request] = seen;
    expect(`${request?.method} ${request?.path}`).toBe(sent);
    expect(request?.body.toString()).toBe(body);
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${env['LUMIO_API_KEY']}`,
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    });
  });

  test('a full URL below the API', async () => {
    const { env, seen, origin } = await record();
    await runLumio(['api', `${origin}/developer/v1/extensions`], { env });
    expect(seen[0]?.path).toBe('/developer/v1/extensions');
  });

  test('a form: text and file, streamed with its length', async () => {
    const { env, seen } = await record();
    await runLumio(['api', 'extensions/e/versions', '-F', 'version=1.0.0', '-F', 'bundle=@a.tgz'], {
      env,
      cwd: await cwd,
    });
    const form = await new Response(seen[0]?.body, {
      headers: { 'content-type': seen[0]?.headers['content-type'] ?? '' },
    }).formData();
    expect(form.get('version')).toBe('1.0.0');
    const bundle = form.get('bundle');
    expect(bundle).toMatchObject({ name: 'a.tgz', type: 'application/gzip' });
    expect(seen[0]?.headers['content-length']).toBe(String(seen[0]?.body.length));
    expect(bundle instanceof Blob && Buffer.from(await bundle.arrayBuffer())).toEqual(
      gzipSync('tar'),
    );
  });
});

test.each([
  { argv: [], code: 'missing_argument' },
  { argv: ['https://evil.example/extensions'], code: 'invalid_path' },
  { argv: ['http://127.0.0.1:1/developer/v1/extensions'], code: 'invalid_path' },
  { argv: ['extensions/../../admin'], code: 'invalid_path' },
  { argv: ['extensions/%2e%2e/x'], code: 'invalid_path' },
  { argv: ['C:/Users/me/extensions'], code: 'invalid_path' },
  { argv: ['extensions', '-f', 'sk_live_bare'], code: 'invalid_field' },
  { argv: ['extensions', '-f', 'n:=sk_live'], code: 'invalid_field' },
  { argv: ['extensions', '-F', 'bundle=@none.tgz'], code: 'no_such_file' },
  { argv: ['extensions', '-F', 'bundle=@.'], code: 'not_a_file' },
  { argv: ['extensions', '--input', 'none.json'], code: 'no_such_file' },
  { argv: ['extensions', '-f', 'a=b', '-F', 'c=d'], code: 'conflicting_options' },
  { argv: ['extensions', '-X', 'GET', '--input', '-'], code: 'conflicting_options' },
  { argv: ['extensions', '-X', 'BREW'], code: 'invalid_option' },
  { argv: ['--spec', 'extensions'], code: 'conflicting_options' },
])('$argv is exit 2, and nothing is sent', async ({ argv, code }) => {
  const { env, seen } = await record();
  const ran = await runLumio(['api', ...argv, '--json'], { env });
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expect(at(ran.error(), 'error', 'code')).toBe(code);
  expect(ran.stderr).not.toContain('sk_live');
  expect(seen).toEqual([]);
});

describe('responses', () => {
  const binary = Uint8Array.of(0, 255, 10, 13, 27, 128);
  test.each([
    {
      what: 'JSON with numbers that JavaScript would round',
      body: '{"n":12345678901234567890 ,"z":null}',
    },
    { what: 'text without a newline', body: 'plain \u001b[31m' },
    { what: 'binary data', body: binary },
    { what: 'nothing', body: '' },
  ])('$what goes into a pipe byte for byte', async ({ body }) => {
    const { env } = await record(raw(body, 'application/octet-stream'));
    expect((await runLumio(['api', 'x'], { env })).stdoutBytes).toEqual(Buffer.from(body));
  });

  test('indents JSON in a terminal, and removes control characters', async () => {
    const hostOptions = { terminal: { columns: 40 } };
    const json = await record(
      raw(
        JSON.stringify({ a: { b: `\u001b[31m\u202e${'long '.repeat(20)}` } }),
        'application/json',
      ),
    );
    expect((await runLumio(['api', 'x'], { ...hostOptions, env: json.env })).stdout).toBe(
      `{\n  "a": {\n    "b": "\\u001b[31m${'long '.repeat(20)}"\n  }\n}\n`,
    );
    const text = await record(raw('one\r\n\u001b]0;title\u0007two\t3', 'text/plain'));
    expect((await runLumio(['api', 'x'], { ...hostOptions, env: text.env })).stdout).toBe(
      'one \ntwo\t3\n',
    );
  });

  test('--json and --query are for JSON; a 204 is its status', async () => {
    const { env } = await record(({ method }, response) =>
      method === 'GET'
        ? sendJson(response, 200, { a: null, b: [1] })
        : void response.writeHead(204).end(),
    );
    expect((await runLumio(['api', 'x', '--json'], { env })).json()).toEqual({ a: null, b: [1] });
    expect((await runLumio(['api', 'x', '--query', 'b[0]'], { env })).stdout).toBe('1\n');
    expect((await runLumio(['api', '-X', 'DELETE', 'x', '--json'], { env })).json()).toEqual({
      status: 204,
    });
    const html = await record(raw('<html>', 'text/html'));
    const ran = await runLumio(['api', 'x', '--json'], { env: html.env });
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(at(ran.error(), 'error', 'code')).toBe('not_json');
  });

  test('--include puts status and headers before it', async () => {
    const { env } = await record((_, response) =>
      sendJson(response, 201, { a: 1 }, { 'x-request-id': 'req_1' }),
    );
    const { stdout } = await runLumio(['api', '-i', 'x'], { env });
    expect(stdout).toMatch(
      /^HTTP\/1\.1 201 Created\n(?:[a-z-]+: .*\n)*x-request-id: req_1\n(?:[a-z-]+: .*\n)*\n\{"a":1\}$/,
    );
    expect((await runLumio(['api', '-i', 'x', '--json'], { env })).json()).toMatchObject({
      status: 201,
      headers: { 'x-request-id': 'req_1' },
      body: { a: 1 },
    });
  });

  test.each(['text/plain', 'application/json', 'application/octet-stream'])(
    'masks the key in a %s response',
    async (type) => {
      const { env } = await record(({ headers }, response) => {
        const tail = type === 'application/octet-stream' ? binary : Buffer.from('"');
        response
          .writeHead(200, { 'content-type': type, 'x-echo': headers.authorization ?? '' })
          .end(Buffer.concat([Buffer.from(`"${headers.authorization}`), tail]));
      });
      for (const hostOptions of [{}, { terminal: { columns: 80 } }]) {
        const { stdout, stderr } = await runLumio(['api', '-i', 'x', '--verbose'], {
          env,
          ...hostOptions,
        });
        expect(stdout).toContain('Bearer ***');
        expect(stdout + stderr).not.toContain('canary');
      }
    },
  );
});

describe('an error response', () => {
  const document = {
    error: { code: 'validation_error', message: 'name is too long', status: 422, fields: ['name'] },
  };

  test('exits with the code of the status; the error document contains the response', async () => {
    const { env } = await record((_, response) =>
      sendJson(response, 422, document, { 'x-request-id': 'req_2' }),
    );
    const ran = await runLumio(['api', 'extensions', '-f', 'name=x', '--json', '-i'], { env });
    expect(ran).toMatchObject({ exitCode: 7, stdout: '' });
    expect(ran.error()).toMatchObject({
      error: { code: 'validation_error', status: 422, requestId: 'req_2' },
      response: document,
      headers: { 'x-request-id': 'req_2' },
    });
    const forPeople = await runLumio(['api', 'extensions', '-f', 'name=x', '-i'], { env });
    expect(forPeople).toMatchObject({ exitCode: 7, stdout: '' });
    expect(forPeople.stderr).toMatch(
      /^HTTP\/1\.1 422 Unprocessable Entity\n[^]*error: name is too long/,
    );
  });

  test.each([
    ['amount=5', expect.stringContaining(':=')],
    ['amount:=5', undefined],
  ])('explains how to send numbers if -f %s is refused', async (field, hint) => {
    const error = { code: 'validation_error', message: 'must be number', status: 422 };
    const { env } = await record((_, response) => sendJson(response, 422, { error }));
    const ran = await runLumio(['api', 'extensions', '-f', field, '--json'], { env });
    expect(at(ran.error(), 'error', 'hint')).toEqual(hint);
  });

  test('keeps the details that the API reported', async () => {
    const reported = {
      error: {
        code: 'validation_error',
        message: 'name is too long',
        status: 422,
        hint: 'Use fewer characters.',
        details: [{ field: 'name', message: 'has more than 40 characters' }],
        id: 'reported-id',
      },
      trace: 'abc',
    };
    const { env } = await record((_, response) => sendJson(response, 422, reported));
    const ran = await runLumio(['extensions', 'create', '--name', 'x', '--json'], { env });
    expect(ran.error()).toMatchObject(reported);
    const forPeople = await runLumio(['extensions', 'create', '--name', 'x'], { env });
    expect(forPeople.stderr).toContain('has more than 40 characters');
  });

  test.each([
    { fault: '413', exitCode: 7 },
    { fault: '401', exitCode: 4 },
    { fault: '404', exitCode: 5 },
    { fault: '409', exitCode: 6 },
    { fault: '429@3600', exitCode: 9 },
    { fault: 'html-502', exitCode: 10 },
  ])('$fault ends with $exitCode', async ({ fault, exitCode }) => {
    const { env } = await openSandbox({ faults: [parseFault(`listExtensions=${fault}`)] });
    expect(await runLumio(['api', 'extensions', '--max-wait', '1s'], { env })).toMatchObject({
      exitCode,
      stdout: '',
    });
  });

  test("doesn't repeat a POST whose response is lost, and reports it", async () => {
    const { env, requests } = await openSandbox({
      faults: [parseFault('createExtension=drop-after-commit:1')],
    });
    const ran = await runLumio(['api', 'extensions', '-f', 'name=Once', '--json'], { env });
    expect(ran).toMatchObject({ exitCode: 10, stdout: '' });
    expect(at(ran.error(), 'error', 'mayHaveTakenEffect')).toBe(true);
    expect(requests().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  test('a GET is retried', async () => {
    const { env } = await openSandbox({ faults: [parseFault('listExtensions=503:2')] });
    expect(
      await runLumio(['api', 'extensions', '--query', 'length(extensions)'], { env }),
    ).toMatchObject({ exitCode: 0, stdout: '1\n' });
  });

  const value = 'value=canary-of-a-secret';
  test.each([
    { words: ['-f', value] },
    { words: ['-f', value, '-f', 'note=x'] },
    { words: ['-F', value] },
  ])('masks a secret sent with $words', async ({ words }) => {
    const { env } = await record(({ body }, response) =>
      sendJson(response, 422, {
        error: { code: 'x', message: `bad: ${body.toString()}`, status: 422 },
      }),
    );
    const ran = await runLumio(
      ['api', '-X', 'PUT', 'extensions/e/secrets/KEY', ...words, '--verbose'],
      { env },
    );
    expect(ran.exitCode).toBe(7);
    expect(ran.stderr).toContain('***');
    expect(ran.stderr).not.toContain('canary-of-a-secret');
  });
});

test.each(['bundle=@bundle.tar.gz', 'bundle=@-'])(
  'as a process: a bundle that curl would send, and its version: %s',
  async (bundle) => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ 'dist/index.html': '<!doctype html>\n' });
    expect(await lumio(['pack', '-o', 'bundle.tar.gz', '-q'], { cwd, env })).toMatchObject({
      exitCode: 0,
    });
    const path = `extensions/${exampleId}/versions`;
    const ran = await lumio(
      ['api', path, '-F', 'version=2.0.0', '-F', bundle, '--query', 'version.status'],
      { cwd, env, input: await readFile(join(cwd, 'bundle.tar.gz')) },
    );
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'pending\n' });
  },
);

test.each([
  ['extensions/my-scoreboard/installs', true],
  ['/extensions/ext_none', false],
  ['nothing', false],
])('explains that a path needs the ID: %s', async (path, isExplained) => {
  const { env } = await openSandbox();
  const ran = await runLumio(['api', path, '--json'], { env });
  expect(ran.exitCode).toBe(5);
  expect(at(ran.error(), 'error', 'hint') !== undefined).toBe(isExplained);
});
