/** `lumio doctor`: each check can be broken, and then says what to do. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNode } from '../../src/doctor/machine.ts';
import type { Clock } from '../../src/host.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { afterwards } from '../support/afterwards.ts';
import { at } from '../support/document.ts';
import { type HostOptions, interruption, runLumio } from '../support/host.ts';
import {
  addFiles,
  exampleId,
  projectOf,
  smallProject,
  temporaryDirectory,
} from '../support/project.ts';
import { type TestSandbox, openSandbox } from '../support/sandbox.ts';
import { startConnectProxy } from '../support/servers/connect-proxy.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';

/** The sandbox's time, shifted; who sleeps waits until he gives up. */
function shiftedClock(byMs: number): Clock {
  return {
    now: () => Date.parse('2026-05-01T12:00:00Z') + byMs,
    random: () => 0.5,
    sleep: untilGivenUp,
  };
}

function untilGivenUp(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

interface Broken {
  readonly what: string;
  readonly check: string;
  readonly status: 'failed' | 'warning';
  readonly says: string;
  readonly advice: string;
  readonly exitCode: number;
  /** What differs from a world in which all is well. */
  readonly world: (sandbox: TestSandbox) => HostOptions | Promise<HostOptions>;
  readonly argv?: readonly string[];
}

async function diagnose(
  world: HostOptions,
  argv: readonly string[] = [],
): Promise<{ exitCode: number; checks: Map<string, Record<string, string>>; document: unknown }> {
  const ran = await runLumio(['doctor', '--json', ...argv], { clock: shiftedClock(0), ...world });
  expect(ran.stderr).toBe('');
  const document = ran.json();
  const list = at(document, 'checks');
  const checks = new Map(
    (Array.isArray(list) ? list : []).map((check) => [String(at(check, 'name')), check]),
  );
  return { exitCode: ran.exitCode, checks, document };
}

test('where all is well, every check says so, with one request', async () => {
  const sandbox = await openSandbox();
  const cwd = await projectOf(smallProject);
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

test('a value that stands on the command line comes from there', async () => {
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
      { name: 'profile', value: 'b', source: '--profile' },
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
    says: 'not valid JSON',
    advice: 'double quotes',
    exitCode: 2,
    world: async () => ({ cwd: await projectOf({ 'lumio.config.json': '{"a":}' }) }),
  },
  {
    what: 'a broken package.json',
    check: 'package.json',
    status: 'failed',
    says: 'not valid JSON',
    advice: 'double quotes',
    exitCode: 2,
    world: async () => ({ cwd: await projectOf({ ...smallProject, 'package.json': '{,}' }) }),
  },
  {
    what: 'no project',
    check: 'config',
    status: 'warning',
    says: 'no lumio.config.json',
    advice: 'lumio init',
    exitCode: 0,
    world: async () => ({ cwd: await temporaryDirectory() }),
  },
  {
    what: 'no key',
    check: 'key',
    status: 'failed',
    says: 'no API key',
    advice: 'LUMIO_API_KEY',
    exitCode: 4,
    world: ({ url }) => ({ env: { LUMIO_API_URL: url } }),
  },
  {
    what: 'a key of another kind',
    check: 'key',
    status: 'warning',
    says: 'overlay token',
    advice: 'lumio login',
    exitCode: 4,
    world: ({ env }) => ({ env: { ...env, LUMIO_API_KEY: 'lm_pop_1234567890' } }),
  },
  {
    what: 'two keys',
    check: 'key',
    status: 'warning',
    says: 'LUMIO_API_KEY hides LUMIO_TOKEN',
    advice: 'unset',
    exitCode: 0,
    world: ({ env }) => ({ env: { ...env, LUMIO_TOKEN: 'lm_dev_x' } }),
  },
  {
    what: 'a proxy that is none',
    check: 'proxy',
    status: 'failed',
    says: 'not an http or https URL',
    advice: 'http://proxy.example:3128',
    exitCode: 2,
    world: ({ env }) => ({ env: { ...env, HTTP_PROXY: 'socks://127.0.0.1' } }),
  },
  {
    what: 'an address that is none',
    check: 'api-url',
    status: 'failed',
    says: 'not a URL',
    advice: 'https://',
    exitCode: 2,
    world: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'nonsense' } }),
  },
  {
    what: 'a name that nobody knows',
    check: 'dns',
    status: 'failed',
    says: "can't be resolved",
    advice: 'DNS settings',
    exitCode: 10,
    world: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'https://nowhere.invalid' } }),
  },
  {
    what: 'nobody there',
    check: 'connection',
    status: 'failed',
    says: 'Nothing accepts connections',
    advice: 'lumio sandbox start',
    exitCode: 10,
    world: ({ env }) => ({ env: { ...env, LUMIO_API_URL: 'http://127.0.0.1:1' } }),
  },
  {
    what: 'no TLS',
    check: 'connection',
    status: 'failed',
    says: 'TLS',
    advice: 'Check',
    exitCode: 10,
    world: ({ env }) => ({
      env: { ...env, LUMIO_API_URL: env['LUMIO_API_URL']?.replace('http:', 'https:') },
    }),
  },
  {
    what: 'a wrong clock',
    check: 'clock',
    status: 'warning',
    says: 's ahead of the server',
    advice: 'Set it',
    exitCode: 0,
    world: () => ({ clock: shiftedClock(3_600_000) }),
  },
  {
    what: 'a key that is refused',
    check: 'key-accepted',
    status: 'failed',
    says: 'key',
    advice: 'lumio login',
    exitCode: 4,
    world: ({ env }) => ({ env: { ...env, LUMIO_API_KEY: `lm_dev_${'x'.repeat(57)}` } }),
  },
  {
    what: 'a link to nothing',
    check: 'extension',
    status: 'failed',
    says: 'no extension "ext_GONE"',
    advice: 'lumio init',
    exitCode: 5,
    world: async () => ({
      cwd: await projectOf({ 'lumio.config.json': '{"extensionId":"ext_GONE"}' }),
    }),
  },
  {
    what: 'no link',
    check: 'extension',
    status: 'warning',
    says: 'linked to no extension',
    advice: 'lumio init',
    exitCode: 0,
    world: async () => ({ cwd: await projectOf({ 'lumio.config.json': '{}' }) }),
  },
  {
    what: 'a slug that is none',
    check: 'extension',
    status: 'failed',
    says: '"../x"',
    advice: 'lumio extensions list',
    exitCode: 2,
    world: () => ({}),
    argv: ['-e', '../x'],
  },
  {
    what: 'a version that is none',
    check: 'version',
    status: 'failed',
    says: '"v1"',
    advice: 'three numbers',
    exitCode: 2,
    world: async () => ({
      cwd: await projectOf({
        'lumio.config.json': `{"extensionId":"${exampleId}","version":"v1"}`,
      }),
    }),
  },
  {
    what: 'no version',
    check: 'version',
    status: 'warning',
    says: 'Neither',
    advice: '--bump',
    exitCode: 0,
    world: async () => ({ cwd: await projectOf({ 'lumio.config.json': '{}' }) }),
  },
  {
    what: 'no built folder',
    check: 'dist',
    status: 'warning',
    says: 'no built folder',
    advice: 'Build',
    exitCode: 0,
    world: async () => ({ cwd: await projectOf({ 'lumio.config.json': '{}' }) }),
  },
];

describe('broken', () => {
  test.each([
    { nodeVersion: '20.18.3', status: 'failed' },
    { nodeVersion: '18.20.0', status: 'failed' },
    { nodeVersion: '20.19.0', status: 'ok' },
    { nodeVersion: '24.0.0', status: 'ok' },
  ])('Node $nodeVersion: $status', ({ nodeVersion, status }) => {
    expect(checkNode({ host: { nodeVersion, platform: 'linux' }, version: '0.1.0' })).toMatchObject(
      { status },
    );
  });

  test.each(broken)(
    '$what: $check $status',
    async ({ check, status, says, advice, exitCode, world, argv }) => {
      const sandbox = await openSandbox();
      const cwd = await projectOf(smallProject);
      const found = await diagnose({ env: sandbox.env, cwd, ...(await world(sandbox)) }, argv);
      const { message, hint, next } = found.checks.get(check) ?? {};
      expect(found.checks.get(check)).toMatchObject({ status });
      expect(message).toContain(says);
      expect(`${hint} ${next}`).toContain(advice);
      expect(found.exitCode).toBe(exitCode);
    },
  );

  test('what a broken lumio.config.json would say is not said to be missing', async () => {
    const { env } = await openSandbox();
    const { checks } = await diagnose({
      env,
      cwd: await projectOf({ 'lumio.config.json': '{"a":}' }),
    });
    for (const name of ['extension', 'version', 'dist'])
      expect(checks.get(name)).toMatchObject({ status: 'skipped', message: 'Needs config.' });
  });

  test('an API that is down or is another service', async () => {
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
      says: 'is no complete JSON: "<title>Sign in</title>"',
      advice: 'proxy',
      exitCode: 1,
    },
    {
      what: 'nothing',
      status: 204,
      type: 'text/plain',
      body: '',
      api: 'failed',
      says: 'is empty',
      advice: '--api-url',
      exitCode: 1,
    },
    {
      what: 'half a document',
      status: 200,
      type: 'application/json',
      body: '{"extensions": [',
      api: 'failed',
      says: 'no complete JSON',
      advice: '--api-url',
      exitCode: 1,
    },
    {
      what: 'JSON of another shape',
      status: 200,
      type: 'application/json',
      body: '{"items": []}',
      api: 'failed',
      says: 'extensions should be there',
      advice: '--api-url',
      exitCode: 1,
    },
    {
      what: 'an error under a status of success',
      status: 200,
      type: 'application/json',
      body: '{"extensions": [], "error": {"code": "down", "message": "Out of order"}}',
      api: 'failed',
      says: 'the answer is an error (down)',
      advice: 'operators',
      exitCode: 1,
    },
    {
      what: 'JSON behind a byte order mark',
      status: 200,
      type: 'application/json',
      body: '\uFEFF{"extensions": []}',
      api: 'ok',
      says: 'answers',
      advice: '',
      exitCode: 0,
    },
    {
      what: 'a 404 of somebody else',
      status: 404,
      type: 'text/html',
      body: '<h1>Not here</h1>',
      api: 'failed',
      says: 'status 404',
      advice: '--api-url',
      exitCode: 5,
    },
    {
      what: 'a 401 of somebody else',
      status: 401,
      type: 'text/html',
      body: '<h1>Sign in</h1>',
      api: 'warning',
      says: 'not in the form of the API',
      advice: 'proxy',
      exitCode: 4,
    },
  ])(
    'an API that answers $what: $api, exit $exitCode',
    async ({ status, type, body, api, says, advice, exitCode }) => {
      const server = await startScriptedServer(
        (_, response) => void response.writeHead(status, { 'content-type': type }).end(body),
      );
      afterwards(server.close);
      const found = await diagnose({
        env: { LUMIO_API_URL: server.origin, LUMIO_API_KEY: `lm_dev_${'x'.repeat(57)}` },
      });
      expect(found.checks.get('api')).toMatchObject({
        status: api,
        message: expect.stringContaining(says),
      });
      expect(found.checks.get('api')?.['hint'] ?? '').toContain(advice);
      expect(found.exitCode).toBe(exitCode);
    },
  );

  test.each([
    {
      what: 'while a name is looked up',
      world: async (press: () => void): Promise<HostOptions> => ({
        env: { LUMIO_API_URL: 'https://nowhere.invalid' },
        clock: { ...shiftedClock(0), sleep: (ms, signal) => (press(), untilGivenUp(ms, signal)) },
      }),
    },
    {
      what: 'while the API is silent',
      world: async (press: () => void): Promise<HostOptions> => {
        const server = await startScriptedServer(press);
        afterwards(server.close);
        return { env: { LUMIO_API_URL: server.origin } };
      },
    },
  ])('Ctrl-C is Ctrl-C, and not what was found before it: $what', async ({ world }) => {
    const pressed = new AbortController();
    const ran = await runLumio(['doctor'], {
      clock: shiftedClock(0),
      ...(await world(() => pressed.abort(interruption()))),
      signal: pressed.signal,
    });
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test('without a key the API is found all the same', async () => {
    const { url } = await openSandbox();
    const { checks } = await diagnose({ env: { LUMIO_API_URL: url } });
    expect(checks.get('api')).toMatchObject({ status: 'ok' });
    expect(checks.get('key-accepted')).toMatchObject({ status: 'skipped' });
  });

  test('a damaged store of keys', async () => {
    const { url } = await openSandbox();
    const folder = await temporaryDirectory();
    await addFiles(folder, { 'credentials.json': '{' });
    await chmod(join(folder, 'credentials.json'), 0o600);
    const { checks } = await diagnose({ env: { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: folder } });
    expect(checks.get('key')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('damaged'),
      hint: expect.stringContaining('lumio login'),
    });
  });

  test('a proxy that refuses, whose password is not shown', async () => {
    const { port, close } = await startConnectProxy({ credentials: 'user:another' });
    afterwards(close);
    const { checks, document } = await diagnose({
      env: {
        LUMIO_API_KEY: 'lm_dev_x',
        LUMIO_API_URL: 'https://api.example',
        HTTPS_PROXY: `http://user:hunter22@127.0.0.1:${port}`,
      },
    });
    expect(checks.get('proxy')).toMatchObject({
      status: 'ok',
      message: `http://127.0.0.1:${port}, with user and password`,
    });
    expect(checks.get('connection')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('the proxy answered 407'),
    });
    expect(JSON.stringify(document)).not.toContain('hunter22');
  });
});
