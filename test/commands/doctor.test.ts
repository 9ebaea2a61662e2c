/** `lumio doctor`: each check can fail, and then has a hint. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/host.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { type HostOptions, interruption, runLumio } from '../support/host.ts';
import { addFiles, exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { type TestSandbox, openSandbox } from '../support/sandbox.ts';
import { startConnectProxy } from '../support/servers/connect-proxy.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';

/** The sandbox's time, shifted; sleeps end only by abort. */
function shiftedClock(byMs: number): Clock {
  return {
    now: () => Date.parse('2026-05-01T12:00:00Z') + byMs,
    monotonicMs: () => performance.now(),
    random: () => 0.5,
    sleep: untilAborted,
  };
}

function untilAborted(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

interface Broken {
  readonly what: string;
  readonly check: string;
  readonly status: 'failed' | 'warning';
  readonly exitCode: number;
  /** Changes to a working environment. */
  readonly environment: (sandbox: TestSandbox) => HostOptions | Promise<HostOptions>;
  readonly argv?: readonly string[];
}

async function diagnose(
  host: HostOptions,
  argv: readonly string[] = [],
): Promise<{ exitCode: number; checks: Map<string, Record<string, string>>; document: unknown }> {
  const ran = await runLumio(['doctor', '--json', ...argv], { clock: shiftedClock(0), ...host });
  expect(ran.stderr).toBe('');
  const document = ran.json();
  const list = at(document, 'checks');
  const checks = new Map(
    (Array.isArray(list) ? list : []).map((check) => [String(at(check, 'name')), check]),
  );
  return { exitCode: ran.exitCode, checks, document };
}

test('makes every check with one request', async () => {
  const sandbox = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  const { exitCode, checks, document } = await diagnose({ env: sandbox.env, cwd });
  expect(exitCode).toBe(0);
  expect([...checks].map(([name, { status }]) => [name, status])).toEqual(
    [
      'node',
      'config',
      'key',
      'proxy',
      'dns',
      'connection',
      'api',
      'clock',
      'key-accepted',
      'extension',
      'version',
      'dist',
    ].map((name) => [name, 'ok']),
  );
  expect(sandbox.requests()).toEqual([expect.stringContaining('GET /extensions')]);
  expect(at(document, 'settings')).toEqual([
    { name: 'api-url', value: sandbox.url, source: 'LUMIO_API_URL' },
    { name: 'profile', value: 'default', source: 'default' },
    { name: 'timeout-ms', value: 30_000, source: 'default' },
    { name: 'max-wait-ms', value: 60_000, source: 'default' },
    { name: 'extension', value: exampleId, source: join(cwd, 'lumio.config.json') },
    { name: 'version', value: '1.3.0', source: join(cwd, 'lumio.config.json') },
  ]);
});

test('reports which settings come from the command line', async () => {
  const { env } = await openSandbox();
  const { document } = await diagnose({ env: { ...env, LUMIO_PROFILE: 'a' } }, [
    '--profile',
    'b',
    '--max-wait',
    '5s',
    '-e',
    'my-scoreboard',
  ]);
  expect(at(document, 'settings')).toEqual(
    expect.arrayContaining([
      { name: 'profile', value: '(not stored)', source: '--profile' },
      { name: 'max-wait-ms', value: 5000, source: '--max-wait' },
      { name: 'extension', value: 'my-scoreboard', source: '--extension' },
    ]),
  );
});

const broken: readonly Broken[] = [
  {
    what: 'a broken lumio.config.json',
    check: 'config',
    status: 'failed',
    exitCode: 2,
    environment: async () => ({ cwd: await temporaryDirectory({ 'lumio.config.json': '{"a":}' }) }),
  },
  {
    what: 'a broken package.json',
    check: 'package.json',
    status: 'failed',
    exitCode: 2,
    environment: async () => ({
      cwd: await temporaryDirectory({ ...smallProject, 'package.json': '{,}' }),
    }),
  },
  {
    what: 'no project',
    check: 'config',
    status: 'warning',
    exitCode: 0,
    environment: async () => ({ cwd: await temporaryDirectory() }),
  },
  {
    what: 'no key',
    check: 'key',
    status: 'failed',
    exitCode: 4,
    environment: ({ url }) => ({ env: { LUMIO_API_URL: url } }),
  },
  {
    what: 'a key of another kind',
    check: 'key',
    status: 'warning',
    exitCode: 4,
    environment: ({ env }) => ({ env: { ...env, LUMIO_API_KEY: 'lm_pop_1234567890' } }),
  },
  {
    what: 'two keys',
    check: 'key',
    status: 'warning',
    exitCode: 0,
    environment: ({ env }) => ({ env: { ...env, LUMIO_TOKEN: 'lm_dev_x' } }),
  },
  {
    what: 'an invalid proxy URL',
    check: 'proxy',
    status: 'failed',
    exitCode: 2,
    environment: ({ env }) => ({ env: { ...env, HTTP_PROXY: 'socks://127.0.0.1' } }),
  },
  {
    what: 'an invalid API URL',
    check: 'api-url',
    status: 'failed',
    exitCode: 2,
    environment: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'nonsense' } }),
  },
  {
    what: 'an unknown host name',
    check: 'dns',
    status: 'failed',
    exitCode: 10,
    environment: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'https://nowhere.invalid' } }),
  },
  {
    what: 'a closed port',
    check: 'connection',
    status: 'failed',
    exitCode: 10,
    environment: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'http://127.0.0.1:1' } }),
  },
  {
    what: 'no TLS',
    check: 'connection',
    status: 'failed',
    exitCode: 10,
    environment: ({ env }) => ({
      env: { ...env, LUMIO_API_URL: env['LUMIO_API_URL']?.replace('http:', 'https:') },
    }),
  },
  {
    what: 'a wrong clock',
    check: 'clock',
    status: 'warning',
    exitCode: 0,
    environment: () => ({ clock: shiftedClock(3_600_000) }),
  },
  {
    what: 'a key that is refused',
    check: 'key-accepted',
    status: 'failed',
    exitCode: 4,
    environment: ({ env }) => ({ env: { ...env, LUMIO_API_KEY: `lm_dev_${'x'.repeat(57)}` } }),
  },
  {
    what: 'a link to a missing extension',
    check: 'extension',
    status: 'failed',
    exitCode: 5,
    environment: async () => ({
      cwd: await temporaryDirectory({ 'lumio.config.json': '{"extensionId":"ext_GONE"}' }),
    }),
  },
  {
    what: 'no link',
    check: 'extension',
    status: 'warning',
    exitCode: 0,
    environment: async () => ({ cwd: await temporaryDirectory({ 'lumio.config.json': '{}' }) }),
  },
  {
    what: 'an invalid slug',
    check: 'extension',
    status: 'failed',
    exitCode: 2,
    environment: () => ({}),
    argv: ['-e', '../x'],
  },
  {
    what: 'an invalid version',
    check: 'version',
    status: 'failed',
    exitCode: 2,
    environment: async () => ({
      cwd: await temporaryDirectory({
        'lumio.config.json': `{"extensionId":"${exampleId}","version":"v1"}`,
      }),
    }),
  },
  {
    what: 'no version',
    check: 'version',
    status: 'warning',
    exitCode: 0,
    environment: async () => ({ cwd: await temporaryDirectory({ 'lumio.config.json': '{}' }) }),
  },
  {
    what: 'no built directory',
    check: 'dist',
    status: 'warning',
    exitCode: 0,
    environment: async () => ({ cwd: await temporaryDirectory({ 'lumio.config.json': '{}' }) }),
  },
  {
    what: "an outDir that doesn't exist",
    check: 'dist',
    status: 'warning',
    exitCode: 0,
    environment: async () => ({
      cwd: await temporaryDirectory({
        ...smallProject,
        'package.json': '{"lumio": {"outDir": "build"}}',
      }),
    }),
  },
];

describe('broken', () => {
  test.each(broken)(
    '$what: $check $status',
    async ({ check, status, exitCode, environment, argv }) => {
      const sandbox = await openSandbox();
      const cwd = await temporaryDirectory(smallProject);
      const found = await diagnose(
        { env: sandbox.env, cwd, ...(await environment(sandbox)) },
        argv,
      );
      expect(found.checks.get(check)).toMatchObject({
        status,
        message: expect.stringMatching(/./),
        hint: expect.stringMatching(/./),
      });
      expect(found.exitCode).toBe(exitCode);
    },
  );

  test.each([
    ['--profile', ['--profile', 'work'], 'lumio --profile work login'],
    ['LUMIO_API_KEY, which a login would not replace', [], undefined],
  ] as const)('a refused key from %s', async (_source, argv, next) => {
    const { env } = await openSandbox();
    const work = { apiKey: 'lm_dev_wrong', apiUrl: env['LUMIO_API_URL'], savedAt: '2026-05-01' };
    const directory = await temporaryDirectory({
      'credentials.json': JSON.stringify({ profiles: { work } }),
    });
    const { checks } = await diagnose(
      { env: { ...env, LUMIO_API_KEY: 'lm_dev_wrong', LUMIO_CONFIG_DIR: directory } },
      argv,
    );
    const check = checks.get('key-accepted');
    expect(check).toMatchObject({ status: 'failed', hint: expect.any(String) });
    expect(check?.['next']).toBe(next);
  });

  test('skips the checks that need an invalid lumio.config.json', async () => {
    const { env } = await openSandbox();
    const { checks } = await diagnose({
      env,
      cwd: await temporaryDirectory({ 'lumio.config.json': '{"a":}' }),
    });
    for (const name of ['extension', 'version', 'dist'])
      expect(checks.get(name)).toMatchObject({
        status: 'skipped',
        message: 'The project check failed.',
      });
  });

  test('an API that is down, or another service', async () => {
    for (const [fault, code] of [
      ['listExtensions=500', 10],
      ['listExtensions=garbage', 1],
    ] as const) {
      const { env } = await openSandbox({ faults: [parseFault(fault)] });
      const { checks, exitCode } = await diagnose({ env });
      expect(checks.get('api')).toMatchObject({ status: 'failed', hint: expect.any(String) });
      expect(checks.get('clock')).toMatchObject({ status: 'skipped' });
      expect(exitCode).toBe(code);
    }
  });

  test.each([
    {
      what: 'a page',
      status: 200,
      type: 'text/html',
      body: '<title>Sign in</title>',
      api: 'failed',
      exitCode: 1,
    },
    {
      what: 'nothing',
      status: 204,
      type: 'text/plain',
      body: '',
      api: 'failed',
      exitCode: 1,
    },
    {
      what: 'half a document',
      status: 200,
      type: 'application/json',
      body: '{"extensions": [',
      api: 'failed',
      exitCode: 1,
    },
    {
      what: 'JSON of another shape',
      status: 200,
      type: 'application/json',
      body: '{"items": []}',
      api: 'failed',
      exitCode: 1,
    },
    {
      what: 'an error under a status of success',
      status: 200,
      type: 'application/json',
      body: '{"extensions": [], "error": {"code": "down", "message": "Out of order"}}',
      api: 'failed',
      exitCode: 1,
    },
    {
      what: 'JSON behind a byte order mark',
      status: 200,
      type: 'application/json',
      body: '\uFEFF{"extensions": []}',
      api: 'ok',
      exitCode: 0,
    },
    {
      what: 'a 404 of another service',
      status: 404,
      type: 'text/html',
      body: '<h1>Not here</h1>',
      api: 'failed',
      exitCode: 5,
    },
    {
      what: 'a 401 of another service',
      status: 401,
      type: 'text/html',
      body: '<h1>Sign in</h1>',
      api: 'warning',
      exitCode: 4,
    },
  ])(
    'a response with $what: $api, exit $exitCode',
    async ({ status, type, body, api, exitCode }) => {
      const server = await startScriptedServer(
        (_, response) => void response.writeHead(status, { 'content-type': type }).end(body),
      );
      cleanUp(server.close);
      const found = await diagnose({
        env: { LUMIO_API_URL: server.origin, LUMIO_API_KEY: `lm_dev_${'x'.repeat(57)}` },
      });
      expect(found.checks.get('api')).toMatchObject({ status: api });
      expect(found.exitCode).toBe(exitCode);
    },
  );

  test.each([
    {
      what: 'while a name is looked up',
      environment: async (press: () => void): Promise<HostOptions> => ({
        env: { LUMIO_API_URL: 'https://nowhere.invalid' },
        clock: { ...shiftedClock(0), sleep: (ms, signal) => (press(), untilAborted(ms, signal)) },
      }),
    },
    {
      what: 'while the API is silent',
      environment: async (press: () => void): Promise<HostOptions> => {
        const server = await startScriptedServer(press);
        cleanUp(server.close);
        return { env: { LUMIO_API_URL: server.origin } };
      },
    },
  ])('Ctrl-C ends with 130: $what', async ({ environment }) => {
    const pressed = new AbortController();
    const ran = await runLumio(['doctor'], {
      clock: shiftedClock(0),
      ...(await environment(() => pressed.abort(interruption()))),
      signal: pressed.signal,
    });
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test('checks the API without a key', async () => {
    const { url } = await openSandbox();
    const { checks } = await diagnose({ env: { LUMIO_API_URL: url } });
    expect(checks.get('api')).toMatchObject({ status: 'ok' });
    expect(checks.get('key-accepted')).toMatchObject({ status: 'skipped' });
  });

  test('reports a damaged file of stored keys', async () => {
    const { url } = await openSandbox();
    const directory = await temporaryDirectory();
    await addFiles(directory, { 'credentials.json': '{' });
    await chmod(join(directory, 'credentials.json'), 0o600);
    const { checks } = await diagnose({ env: { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: directory } });
    expect(checks.get('key')).toMatchObject({ status: 'failed', code: 'damaged_store' });
  });

  test('reports a proxy that refuses, without its password', async () => {
    const { port, close } = await startConnectProxy({ credentials: 'user:another' });
    cleanUp(close);
    const { checks, document } = await diagnose({
      env: {
        LUMIO_API_KEY: 'lm_dev_x',
        LUMIO_API_URL: 'https://api.example',
        HTTPS_PROXY: `http://user:hunter22@127.0.0.1:${port}`,
      },
    });
    expect(checks.get('proxy')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    expect(checks.get('connection')).toMatchObject({
      status: 'failed',
    });
    expect(JSON.stringify(document)).not.toContain('hunter22');
  });
});
