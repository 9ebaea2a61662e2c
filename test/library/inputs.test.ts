/**
 * Arguments as JavaScript passes them: each mistake is reported by name before anything is sent,
 * and no value is repeated.
 */
import { describe, expect, test } from 'vitest';
import { LumioClient } from '../../src/library/index.ts';
import { problemOf } from '../support/problem-of.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

function call(target: object, method: string, ...input: readonly unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(target, method);
  if (typeof found !== 'function') throw new Error(`${method} is missing`);
  return Promise.resolve(Reflect.apply(found, target, input));
}

function create(...input: readonly unknown[]): unknown {
  return Reflect.construct(LumioClient, input);
}

const secret = 'hunter2';
const circle: { self?: unknown } = {};
circle.self = circle;

function invalid(place: string): object {
  return { kind: 'usage', code: 'invalid_option', message: expect.stringContaining(`: ${place} `) };
}

describe('new LumioClient', () => {
  test.each<[input: unknown, place: string]>([
    ...['5000', -1, 0, Number.NaN, Infinity, 2 ** 31, 5000n, null].map(
      (timeoutMs): [unknown, string] => [{ timeoutMs }, 'options.timeoutMs'],
    ),
    ...['0', -1, Number.NaN, Infinity].map((maxWaitMs): [unknown, string] => [
      { maxWaitMs },
      'options.maxWaitMs',
    ]),
    [{ apiUrl: 5 }, 'options.apiUrl'],
    [{ apiUrl: new URL('http://127.0.0.1:9') }, 'options.apiUrl'],
    [{ apiKey: '' }, 'options.apiKey'],
    [{ apiKey: [secret] }, 'options.apiKey'],
    [{ signal: new AbortController() }, 'options.signal'],
    [{ onRetry: 5 }, 'options.onRetry'],
    [{ trace: true }, 'options.trace'],
    [{ env: { LUMIO_API_KEY: 5 } }, 'options.env'],
    [{ env: secret }, 'options.env'],
    [{ timeout: 5000 }, 'options.timeout'],
    [null, 'options'],
    [secret, 'options'],
    [[], 'options'],
  ])('refuses %o', async (input, place) => {
    const problem = await problemOf(() => create(input));
    expect(problem).toMatchObject(invalid(place));
    expect(JSON.stringify(problem)).not.toContain(secret);
  });

  test.each([
    [[]],
    [[undefined]],
    [[{ timeoutMs: undefined, apiKey: undefined, signal: undefined }]],
    [[{ timeoutMs: 2 ** 31 - 1, maxWaitMs: 0, env: process.env, onRetry: () => {} }]],
  ])('accepts %o', (input) => {
    expect(create(...input)).toBeInstanceOf(LumioClient);
  });
});

test.each(['x', ' ', 'ftp://h', 'http://example.com', 'https://u:p@h', 'https://h?q'])(
  'new LumioClient refuses the address %j',
  async (apiUrl) => {
    expect(await problemOf(() => create({ apiUrl }))).toMatchObject({
      kind: 'usage',
      code: 'invalid_api_url',
    });
  },
);

describe('a method', async () => {
  const { url: apiUrl, apiKey, requests } = await openSandbox();
  const client = new LumioClient({ apiUrl, apiKey, env: {} });
  const cwd = await temporaryDirectory(smallProject);
  const id = exampleId;
  const good = { version: '1.3.0', bundlePath: 'bundle.tar.gz' };
  const patch = { method: 'PATCH', path: `extensions/${id}` };

  test.each<[method: string, input: readonly unknown[], place: string]>([
    ['getExtension', [], 'id'],
    ['getExtension', [5], 'id'],
    ['getExtension', [`lm_dev_${secret.repeat(5)}`], 'id'],
    ['deploy', [`lm_dev_${secret.repeat(5)}`], 'dir'],
    [
      'submitVersion',
      [id, { ...good, bundlePath: `lm_dev_${secret.repeat(5)}` }],
      'submission.bundlePath',
    ],
    ['setSecret', [id, 'K', '\ud800'], 'value'],
    ['deleteExtension', [''], 'id'],
    ['listVersions', [null], 'id'],
    ['getInstalls', [{ id }], 'id'],
    ['listSecrets', [[id]], 'id'],
    ['listExtensions', [5], 'options'],
    ['listExtensions', [null], 'options'],
    ['listExtensions', [{ sginal: undefined }], 'options.sginal'],
    ['getExtension', [id, { signal: {} }], 'options.signal'],
    ['createExtension', [null], 'input'],
    ['createExtension', ['News'], 'input'],
    ['createExtension', [{}], 'input.name'],
    ['createExtension', [{ name: 5 }], 'input.name'],
    ['createExtension', [{ name: 'N', circle }], 'input'],
    ['createExtension', [{ name: 'N', shortDescription: 's' }], 'input.shortDescription'],
    ['createExtension', [{ name: 'N', pricing: { type: 'free', x: 1 } }], 'input.pricing.x'],
    ['updateExtension', [id], 'input'],
    ['updateExtension', [id, { description: null }], 'input.description'],
    ['updateExtension', [id, { pricing: { amount: 5n } }], 'input'],
    [
      'updateExtension',
      [id, { pricing: { type: 'one_time', amount: Infinity } }],
      'input.pricing.amount',
    ],
    ['updateExtension', [id, new FormData()], 'input'],
    ['setSecret', [id, 'K'], 'value'],
    ['setSecret', [id, 'K', 5], 'value'],
    ['setSecret', [id, 'K', [secret]], 'value'],
    ['setSecret', [id, 5, secret], 'key'],
    ['deleteSecret', [id], 'key'],
    ['submitVersion', [id], 'submission'],
    ['submitVersion', [id, { version: '1.3.0' }], 'submission.bundlePath'],
    ['submitVersion', [id, { bundlePath: 'x' }], 'submission.version'],
    ['submitVersion', [id, { ...good, bundlePath: Buffer.from('x') }], 'submission.bundlePath'],
    ['submitVersion', [id, { ...good, changelog: 5 }], 'submission.changelog'],
    ['submitVersion', [id, { ...good, changeLog: 'x' }], 'submission.changeLog'],
    ['request', [], 'request'],
    ['request', ['extensions'], 'request'],
    ['request', [{ path: 'extensions' }], 'request.method'],
    ['request', [{ method: 'get', path: 'extensions' }], 'request.method'],
    ['request', [{ method: 'GET' }], 'request.path'],
    ['request', [{ method: 'GET', path: 5 }], 'request.path'],
    ['request', [{ method: 'GET', path: 'extensions', body: {} }], 'request.body'],
    ['request', [{ method: 'GET', path: 'extensions', headers: {} }], 'request.headers'],
    ['request', [{ ...patch, body: '{"name":"x"}' }], 'request.body'],
    ['request', [{ ...patch, body: [1] }], 'request.body'],
    ['request', [{ ...patch, body: Buffer.from('{}') }], 'request.body'],
    ['request', [{ ...patch, body: { bytes: Buffer.from('{}') } }], 'request.body'],
    ['request', [{ ...patch, body: { bytes: '{}', contentType: 'a/b' } }], 'request.body'],
    [
      'request',
      [{ ...patch, body: { bytes: Buffer.from('{}'), contentType: 'a\r\nb: c' } }],
      'request.body',
    ],
    ['request', [{ ...patch, body: circle }], 'request.body'],
    ['deploy', [], 'dir'],
    ['deploy', [5], 'dir'],
    ['deploy', [''], 'dir'],
    ['deploy', [cwd, null], 'options'],
    ['deploy', [cwd, { version: 5 }], 'options.version'],
    ['deploy', [cwd, { existing: 'nope' }], 'options.existing'],
    ['deploy', [cwd, { bump: 'huge' }], 'options.bump'],
    ['deploy', [cwd, { changelog: ['x'] }], 'options.changelog'],
    ...[-1, Number.NaN, Infinity, '1m'].map((waitMs): [string, readonly unknown[], string] => [
      'deploy',
      [cwd, { waitMs }],
      'options.waitMs',
    ]),
    ['deploy', [cwd, { allow: 'x' }], 'options.allow'],
    ['deploy', [cwd, { allow: ['x', 5] }], 'options.allow.1'],
    ['deploy', [cwd, { onStep: 5 }], 'options.onStep'],
    ['deploy', [cwd, { wait: 1000 }], 'options.wait'],
  ])('%s refuses %o', async (method, input, place) => {
    const problem = await problemOf(() => call(client, method, ...input));
    expect(problem).toMatchObject(invalid(place));
    expect(JSON.stringify(problem)).not.toContain(secret);
    expect(requests()).toEqual([]);
  });

  test('deploy refuses a version together with a bump', async () => {
    expect(
      await problemOf(() => client.deploy(cwd, { version: '1.3.0', bump: 'patch' })),
    ).toMatchObject({ kind: 'usage', code: 'conflicting_options' });
    expect(requests()).toEqual([]);
  });

  test('rejects instead of throwing, before it looks for a key', async () => {
    const pending = call(new LumioClient({ env: {} }), 'setSecret', id, 'K', 5);
    expect(await problemOf(() => pending)).toMatchObject({ kind: 'usage' });
  });
});
