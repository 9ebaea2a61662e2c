/**
 * The library against a sandbox: each endpoint as a method, failures as LumioErrors, aborted calls.
 */
import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import vm from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { type RawRequest, LumioClient } from '../../src/library/index.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { runLumio } from '../support/host.ts';
import { problemOf } from '../support/problem-of.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

function clientOf({ url: apiUrl, apiKey }: TestSandbox): LumioClient {
  return new LumioClient({ apiUrl, apiKey, env: {} });
}

describe('LumioClient has a method per endpoint', async () => {
  const sandbox = await openSandbox();
  const client = clientOf(sandbox);

  test('for extensions', async () => {
    const { extension, recovered } = await client.createExtension({
      name: 'Ticker',
      pricing: { type: 'free' },
    });
    expect({ name: extension.name, status: extension.status, recovered }).toEqual({
      name: 'Ticker',
      status: 'draft',
      recovered: false,
    });
    expect((await client.listExtensions()).extensions.map(({ id }) => id)).toContain(extension.id);
    expect(
      (await client.updateExtension(extension.id, { description: 'News' })).extension,
    ).toMatchObject({ id: extension.id, description: 'News' });
    expect((await client.getExtension(extension.id)).extension.description).toBe('News');
    await client.deleteExtension(extension.id);
    expect(await problemOf(() => client.getExtension(extension.id))).toMatchObject({
      kind: 'not_found',
      status: 404,
    });
  });

  test('for secrets', async () => {
    const { keys } = await client.listSecrets(exampleId);
    await client.setSecret(exampleId, 'NEW_KEY', ' sk_live\n');
    expect((await client.listSecrets(exampleId)).keys.toSorted()).toEqual(
      [...keys, 'NEW_KEY'].toSorted(),
    );
    await client.deleteSecret(exampleId, 'NEW_KEY');
    expect((await client.listSecrets(exampleId)).keys).toEqual(keys);
  });

  test('for installs', async () => {
    const { active, byVersion } = await client.getInstalls(exampleId);
    expect(Object.values(byVersion).reduce((sum, count) => sum + count, 0)).toBe(active);
  });

  test('for versions, with an archive that is packed already', async () => {
    const cwd = await temporaryDirectory(smallProject);
    await runLumio(['pack', '-o', 'bundle.tar.gz'], { cwd });
    const { version, recovered } = await client.submitVersion(exampleId, {
      version: '1.3.0',
      changelog: 'Faster.',
      bundlePath: join(cwd, 'bundle.tar.gz'),
    });
    expect({ version: version.version, status: version.status, recovered }).toEqual({
      version: '1.3.0',
      status: 'pending',
      recovered: false,
    });
    expect((await client.listVersions(exampleId)).versions.map((entry) => entry.version)).toContain(
      '1.3.0',
    );
  });

  test('and one for any other request, with any response', async () => {
    const found = await client.request({ method: 'GET', path: 'extensions' });
    expect([found.status, found.error]).toEqual([200, undefined]);
    const missing = await client.request({ method: 'GET', path: '/extensions/ext_none' });
    expect([missing.status, missing.error?.kind]).toEqual([404, 'not_found']);
  });

  test.each<[what: string, body: NonNullable<RawRequest['body']>]>([
    ['a plain object, as JSON', { description: 'Größer' }],
    [
      'bytes as they are',
      {
        bytes: new TextEncoder().encode('{"description":"Größer"}'),
        contentType: 'application/json',
      },
    ],
    [
      'bytes of another realm',
      {
        bytes: vm.runInNewContext('new Uint8Array(bytes)', {
          bytes: [...Buffer.from('{"description":"Größer"}')],
        }),
        contentType: 'application/json',
      },
    ],
  ])('whose body is %s', async (_, body) => {
    await client.updateExtension(exampleId, { description: 'Klein' });
    expect(
      (await client.request({ method: 'PATCH', path: `extensions/${exampleId}`, body })).status,
    ).toBe(200);
    expect((await client.getExtension(exampleId)).extension.description).toBe('Größer');
  });
});

test("an archive that can't be read is refused before anything is sent", async () => {
  const sandbox = await openSandbox();
  const failed = problemOf(() =>
    clientOf(sandbox).submitVersion(exampleId, {
      version: '1.3.0',
      bundlePath: '/nowhere/bundle.tar.gz',
    }),
  );
  expect(await failed).toMatchObject({ kind: 'refused', code: 'bundle_unreadable' });
  expect(sandbox.requests()).toEqual([]);
});

describe('the key and the address come from', () => {
  test.each([
    [
      'the options',
      (s: TestSandbox) => ({
        apiKey: s.apiKey,
        apiUrl: s.url,
        env: { LUMIO_API_KEY: 'lm_dev_other', LUMIO_API_URL: 'http://127.0.0.1:9' },
      }),
    ],
    ['the environment', (s: TestSandbox) => ({ env: s.env })],
    [
      'the name that the vendor uses',
      (s: TestSandbox) => ({ env: { LUMIO_TOKEN: s.apiKey, LUMIO_API_URL: s.url } }),
    ],
  ])('%s', async (_, optionsOf) => {
    const sandbox = await openSandbox();
    const { extensions } = await new LumioClient(optionsOf(sandbox)).listExtensions();
    expect(extensions).toHaveLength(1);
  });

  test('nothing: the first call fails, without a request', async () => {
    expect(await problemOf(() => new LumioClient({ env: {} }).listExtensions())).toMatchObject({
      kind: 'auth',
      code: 'no_api_key',
    });
  });

  test('nothing at first: a later call reads the environment again', async () => {
    const sandbox = await openSandbox();
    const env: Record<string, string> = { LUMIO_API_URL: sandbox.url };
    const client = new LumioClient({ env });
    expect(await problemOf(() => client.listExtensions())).toMatchObject({ code: 'no_api_key' });
    env['LUMIO_API_KEY'] = sandbox.apiKey;
    expect((await client.listExtensions()).extensions).toHaveLength(1);
  });

  test('refuses an address that would send the key unencrypted', async () => {
    const env = { LUMIO_API_URL: 'http://example.com' };
    const client = new LumioClient({ apiKey: 'lm_dev_x', env });
    expect(await problemOf(() => client.listExtensions())).toMatchObject({ kind: 'usage' });
  });
});

describe('retries', () => {
  test('are reported, and traced with the key masked', async () => {
    const sandbox = await openSandbox({ faults: [parseFault('listExtensions=503:1')] });
    const [waits, lines]: [string[], string[]] = [[], []];
    const { url: apiUrl, apiKey } = sandbox;
    const client = new LumioClient({
      apiUrl,
      apiKey,
      env: {},
      onRetry: ({ reason }) => waits.push(reason),
      trace: (line) => lines.push(line),
    });
    await client.listExtensions();
    expect(waits).toHaveLength(1);
    expect(lines.join('\n')).toMatch(/503[^]*200/);
    expect(lines.join('\n')).not.toContain(apiKey);
  });

  test("aren't made with maxWaitMs 0", async () => {
    const sandbox = await openSandbox({ faults: [parseFault('listExtensions=503:1')] });
    const { url: apiUrl, apiKey } = sandbox;
    const client = new LumioClient({ apiUrl, apiKey, env: {}, maxWaitMs: 0 });
    expect(await problemOf(() => client.listExtensions())).toMatchObject({
      kind: 'network',
      status: 503,
    });
    expect(sandbox.requests()).toHaveLength(1);
  });
});

describe('close()', () => {
  test.each([
    ['a call that waits for its response', {}],
    ['a call that waits for its next attempt', { faults: ['listExtensions=503'] }],
  ])('ends %s', async (_, { faults = ['listExtensions=silent'] }: { faults?: string[] }) => {
    const sandbox = await openSandbox({ faults: faults.map(parseFault) });
    const lines: string[] = [];
    const { url: apiUrl, apiKey } = sandbox;
    const client = new LumioClient({ apiUrl, apiKey, env: {}, trace: (line) => lines.push(line) });
    const calls = [
      client.listExtensions(),
      client.listExtensions({ signal: new AbortController().signal }),
    ].map((pending) => problemOf(() => pending));
    await vi.waitUntil(() => lines.length >= 2);
    await client.close();
    for (const problem of await Promise.all(calls))
      expect(problem).toMatchObject({ kind: 'interrupted', code: 'client_closed' });
  });

  test('ends a call that has sent nothing yet, and the next call works', async () => {
    const client = clientOf(await openSandbox());
    const pending = problemOf(() => client.listExtensions());
    await client.close();
    expect(await pending).toMatchObject({ kind: 'interrupted', code: 'client_closed' });
    expect((await client.listExtensions()).extensions).toHaveLength(1);
  });
});

describe('an error thrown in a callback', () => {
  const thrown = new Error('from the callback');
  const fail = (): never => {
    throw thrown;
  };

  const reject = async (): Promise<never> => fail();

  test.each([{ trace: fail }, { onRetry: fail }, { trace: reject }, { onRetry: reject }])(
    'rejects the call: %o',
    async (callback) => {
      const sandbox = await openSandbox({ faults: [parseFault('listExtensions=503:1')] });
      const { url: apiUrl, apiKey } = sandbox;
      const client = new LumioClient({ apiUrl, apiKey, env: {}, ...callback });
      await expect(client.listExtensions()).rejects.toBe(thrown);
      expect(sandbox.requests().length).toBeLessThan(2);
    },
  );
});

test('calls leave no listener on a long-lived signal', async () => {
  const sandbox = await openSandbox();
  const [ofClient, ofCall] = [new AbortController().signal, new AbortController().signal];
  const { url: apiUrl, apiKey } = sandbox;
  const client = new LumioClient({ apiUrl, apiKey, env: {}, signal: ofClient });
  for (let count = 0; count < 3; count += 1) await client.listExtensions({ signal: ofCall });
  await client.listExtensions();
  await client.close();
  expect([ofClient, ofCall].map((signal) => getEventListeners(signal, 'abort'))).toEqual([[], []]);
});
