/**
 * Through real proxies and real TLS. Trust in a private CA is a matter of the whole process, so
 * these clients run in a separate one.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates, type Certificates } from '../support/servers/certificates.ts';
import { startConnectProxy } from '../support/servers/connect-proxy.ts';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { testClient } from './support.ts';
import { temporaryDirectory } from '../support/project.ts';

let certificates: Certificates;
let script: string;
let api: ScriptedServer;

beforeAll(async () => {
  const directory = await temporaryDirectory();
  certificates = await makeCertificates(directory);
  api = await startScriptedServer((_, response) => sendJson(response, 200, { extensions: [] }), {
    tls: certificates,
  });
  script = await bundle(directory);
});
afterAll(() => api.close());

/**
 * The client in a script that lists the extensions and doesn't close: its idle connection must not
 * keep the process alive.
 */
async function bundle(directory: string): Promise<string> {
  const entry = join(directory, 'entry.ts');
  const support = JSON.stringify(resolve(import.meta.dirname, 'support.ts'));
  await writeFile(
    entry,
    `import { testClient } from ${support};
    const hidden = [];
    const addSecret = (secret) => hidden.push(secret);
    const reported = ({ kind, problem }) => ({ kind, ...problem });
    testClient(process.argv[2], { env: process.env, maxWaitMs: 0, addSecret })
      .call('listExtensions')
      .then((result) => ({ result, hidden }), reported)
      .then((outcome) => process.stdout.write(JSON.stringify(outcome)));`,
  );
  const build = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' });
  const { output } = await build.write({ dir: join(directory, 'out'), format: 'cjs' });
  return join(directory, 'out', output[0].fileName);
}

async function list(
  env: Record<string, string>,
  origin = api.origin,
): Promise<Record<string, unknown>> {
  const { stdout } = await execa(process.execPath, [script, origin], { env, extendEnv: false });
  return JSON.parse(stdout);
}

const success = { result: { extensions: [] } };

test('a private CA is trusted through NODE_EXTRA_CA_CERTS only', async () => {
  const trusted = { NODE_EXTRA_CA_CERTS: certificates.caFile };
  expect(await list(trusted)).toMatchObject(success);
  expect(await list(trusted, `https://127.0.0.1:${api.port}`)).toMatchObject(success);
  expect(await list({})).toMatchObject({
    kind: 'network',
    code: 'tls_failed',
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

test("reports OpenSSL's reason for a server without TLS, without its error prefix", async () => {
  const server = autoClose(
    await startScriptedServer((_, response) => sendJson(response, 200, { extensions: [] })),
  );
  const failure = await list({}, server.origin.replace('http:', 'https:'));
  // The wording depends on the version of OpenSSL.
  expect(failure).toMatchObject({
    code: 'tls_failed',
    message: expect.stringMatching(/: [a-z ]+ \(E\w+\)\.$/),
    hint: expect.stringContaining('http://'),
  });
});

test('a certificate for another host is an error without retry', async () => {
  const other = await makeCertificates(await temporaryDirectory(), 'DNS:elsewhere.example');
  const server = autoClose(
    await startScriptedServer((_, response) => sendJson(response, 200, { extensions: [] }), {
      tls: other,
    }),
  );
  const failure = await list({ NODE_EXTRA_CA_CERTS: other.caFile }, server.origin);
  expect(failure).toMatchObject({
    code: 'tls_failed',
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  });
});

test.each([['HTTPS_PROXY'], ['https_proxy']])(
  '%s sends every connection through the proxy, with its credentials',
  async (name) => {
    const proxy = autoClose(await startConnectProxy({ credentials: 'user:p@ss' }));
    const env = {
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      [name]: `http://user:p%40ss@127.0.0.1:${proxy.port}`,
    };
    expect(await list(env)).toMatchObject({ ...success, hidden: ['p@ss', 'p%40ss'] });
    expect([proxy.tunnels, proxy.refusals()]).toEqual([[`localhost:${api.port}`], 0]);
  },
);

test('NO_PROXY bypasses it', async () => {
  const proxy = autoClose(await startConnectProxy());
  expect(
    await list({
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      HTTPS_PROXY: proxy.origin,
      NO_PROXY: 'localhost',
    }),
  ).toMatchObject(success);
  expect(proxy.tunnels).toEqual([]);
});

test('HTTP_PROXY applies to a loopback address, and several requests share a tunnel', async () => {
  const plain = autoClose(
    await startScriptedServer((_, response) => sendJson(response, 200, { extensions: [] })),
  );
  const proxy = autoClose(await startConnectProxy());
  const client = autoClose(testClient(plain.origin, { env: { HTTP_PROXY: proxy.origin } }));
  await client.call('listExtensions');
  await client.call('listExtensions');
  expect([proxy.tunnels, plain.seen.length]).toEqual([[`127.0.0.1:${plain.port}`], 2]);
});

test.each([
  [407, 'user:password@'],
  [503, 'NO_PROXY'],
])('names the proxy that responds with %i', async (status, hint) => {
  const proxy = autoClose(await startConnectProxy({ refuseWith: status }));
  const client = autoClose(
    testClient('http://127.0.0.1:1', { env: { http_proxy: proxy.origin }, maxWaitMs: 0 }),
  );
  await expect(client.call('listExtensions')).rejects.toMatchObject({
    kind: 'network',
    problem: {
      code: 'proxy_refused',
      message: expect.stringContaining(String(status)),
      hint: expect.stringContaining(hint),
    },
  });
});

test('names an unreachable proxy and its variables', async () => {
  const proxy = await startConnectProxy();
  await proxy.close();
  const client = autoClose(
    testClient('http://127.0.0.1:1', { env: { http_proxy: proxy.origin }, maxWaitMs: 0 }),
  );
  const message = expect.stringContaining(`127.0.0.1:${proxy.port}`);
  await expect(client.call('listExtensions')).rejects.toMatchObject({
    problem: {
      code: 'connection_refused',
      message,
      hint: expect.stringMatching(/HTTPS_PROXY.*HTTP_PROXY/),
    },
  });
});

test.each([
  { names: 'DNS:proxy.example,IP:127.0.0.1', whose: 'its own', expected: success },
  {
    names: 'DNS:localhost',
    whose: "the API's",
    expected: {
      code: 'tls_failed',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    },
  },
])('verifies the certificate of a TLS proxy: one for $whose name', async ({ names, expected }) => {
  const own = await makeCertificates(await temporaryDirectory(), names);
  const proxy = autoClose(await startConnectProxy({ tls: own }));
  const bothAuthorities = join(await temporaryDirectory(), 'both.pem');
  await writeFile(
    bothAuthorities,
    (await readFile(own.caFile, 'utf8')) + (await readFile(certificates.caFile, 'utf8')),
  );
  expect(
    await list({ NODE_EXTRA_CA_CERTS: bothAuthorities, HTTPS_PROXY: proxy.origin }),
  ).toMatchObject(expected);
});
