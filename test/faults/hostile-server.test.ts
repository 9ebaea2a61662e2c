/** A hostile server gets neither the key nor control of the terminal; nothing reveals the key. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';
import {
  type ScriptedServer,
  sendJson,
  startScriptedServer,
} from '../support/servers/scripted-server.ts';
import { canaryIn, canaryKey } from './canaries.ts';

function envFor({ origin }: Pick<ScriptedServer, 'origin'>): Record<string, string> {
  return { LUMIO_API_URL: `${origin}/developer/v1`, LUMIO_API_KEY: canaryKey };
}

const writing = [
  ['deploy'],
  ['extensions', 'create', '--name', 'Clock'],
  ['secrets', 'set', 'TOKEN', 'a value'],
  ['secrets', 'delete', 'TOKEN', '--yes'],
  ['extensions', 'update', '--name', 'Clock'],
];

describe("a redirect to another origin is an error, and the key isn't sent", () => {
  test.each([301, 302, 303, 307, 308])('%i', async (status) => {
    const elsewhere = await startScriptedServer((_, response) =>
      sendJson(response, 200, { extensions: [], versions: [], keys: [] }),
    );
    const server = await startScriptedServer(({ path }, response) =>
      response.writeHead(status, { location: `${elsewhere.origin}${path}` }).end(),
    );
    for (const argv of [
      ['extensions', 'list'],
      ['versions', 'list'],
      ['api', 'extensions'],
      ...writing,
    ]) {
      const ran = await runLumio([...argv, '--json'], {
        env: envFor(server),
        cwd: await temporaryDirectory(smallProject),
      });
      expect(ran, argv.join(' ')).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringContaining('redirected'),
      });
    }
    expect(elsewhere.seen).toEqual([]);
    await Promise.all([server.close(), elsewhere.close()]);
  });
});

test.each([
  'http://api.lumio.vision/developer/v1',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://[::2]/',
  'http://0x7f000001.example.com/',
  'ftp://127.0.0.1/',
  'http://128.0.0.1',
])('sends no key to %s', async (url) => {
  const ran = await runLumio(['extensions', 'list', '--json'], {
    env: { LUMIO_API_URL: url, LUMIO_API_KEY: canaryKey },
  });
  expect(ran).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('invalid_api_url'),
  });
});

describe("text of a server can't move the cursor, change colors or reorder text", () => {
  const nasty =
    '\u001B[2J\u001B]0;title\u0007\u001B]8;;http://evil\u001B\\link\u009B31m\u202Eevil\u2066\u200B\u0000\r\b\u0007';
  // lumio's own colors and cursor movements contain none of these.
  const foreign = [
    '\u001B[2J',
    '\u001B]',
    '\u009B',
    '\u202E',
    '\u2066',
    '\u200B',
    '\u0000',
    '\b',
    '\u0007',
  ];
  test.each([200, 422, 502])('with status %i', async (status) => {
    const entry = {
      id: `ext_${nasty}`,
      slug: nasty,
      name: nasty,
      status: nasty,
      visibility: nasty,
      version: nasty,
      createdAt: nasty,
      [nasty]: nasty,
    };
    const document =
      status === 200
        ? {
            extensions: [entry],
            versions: [entry],
            keys: [nasty],
            total: 1,
            active: 1,
            byVersion: { [nasty]: 1 },
            extension: entry,
            version: entry,
          }
        : { error: { code: nasty, message: nasty, status } };
    const server = await startScriptedServer((_, response) =>
      sendJson(response, status, document, { 'x-request-id': encodeURIComponent(nasty) }),
    );
    for (const argv of [
      ['extensions', 'list'],
      ['extensions', 'get'],
      ['versions', 'list'],
      ['installs', 'stats'],
      ['secrets', 'list'],
      ['api', 'extensions', '-i'],
      ...writing,
    ]) {
      for (const terminal of [{ columns: 40 }, { columns: 120 }]) {
        const ran = await runLumio([...argv, '--verbose', '--no-input', '--max-wait', '0'], {
          env: envFor(server),
          cwd: await temporaryDirectory(smallProject),
          terminal,
        });
        expect(
          foreign.filter((text) => `${ran.stdout}${ran.stderr}`.includes(text)),
          argv.join(' '),
        ).toEqual([]);
      }
    }
    await server.close();
  });
});

test.each([200, 422])(
  'reports a response with 50,000 levels and status %i as an error, not as a bug',
  async (status) => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const text =
      `{"error":{"code":"x","message":"y","status":422,"deep":${deep}},"extensions":[],` +
      `"versions":[],"keys":[],"total":0,"active":0,"byVersion":{},"deep":${deep}}`;
    const server = await startScriptedServer(
      (_, response) =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(text),
    );
    for (const argv of [
      ['extensions', 'list'],
      ['installs', 'stats', '-e', 'ext_a'],
      ['versions', 'list', '-e', 'ext_a', '--query', '@'],
      ['api', 'extensions'],
    ]) {
      const ran = await runLumio([...argv, '--json', '--max-wait', '0'], { env: envFor(server) });
      expect([1, 7, 10], `${argv.join(' ')}: ${ran.stderr.slice(0, 300)}`).toContain(ran.exitCode);
      expect(ran.stderr + ran.stdout).not.toContain('lumio_bug');
    }
    await server.close();
  },
);

test.skipIf(process.platform !== 'linux')(
  'the key is in no command line, process title or URL',
  async () => {
    const server = await startScriptedServer(() => undefined);
    const env = { ...(await cleanEnvironment()), ...envFor(server) };
    const child = execa(node, [binary, 'deploy'], {
      cwd: await temporaryDirectory(smallProject),
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    while (server.seen.length === 0) await new Promise((resolve) => void setTimeout(resolve, 10));
    const commandLine = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
    child.kill('SIGTERM');
    await child;
    await server.close();
    expect(commandLine).toContain('deploy');
    expect(canaryIn(commandLine)).toBeUndefined();
    expect(server.seen.map(({ path }) => canaryIn(path))).toEqual([undefined]);
  },
);
