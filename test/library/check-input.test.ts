/** Invalid input of callers without types is reported by name without its value, and nothing is sent. */
import { describe, expect, test } from 'vitest';
import { LumioClient } from '../../src/library/index.ts';
import { problemOf } from '../support/problem-of.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** A call as JavaScript makes it. */
function call(target: object, method: string, ...given: readonly unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(target, method);
  if (typeof found !== 'function') throw new Error(`there is no ${method}`);
  return Promise.resolve(Reflect.apply(found, target, given));
}

function make(...given: readonly unknown[]): unknown {
  return Reflect.construct(LumioClient, given);
}

const secret = 'hunter2';
const ms = /^It takes a number of milliseconds from [01] to 2147483647\.$/;
const filled = 'It takes a text that is not empty.';
const circle: { self?: unknown } = {};
circle.self = circle;

describe('new LumioClient', () => {
  test.each<[given: unknown, message: string, hint: string | RegExp]>([
    [{ timeoutMs: '5000' }, 'a text as timeoutMs', ms],
    [{ timeoutMs: -1 }, 'a negative number as timeoutMs', ms],
    [{ timeoutMs: 0 }, 'a number as timeoutMs', ms],
    [{ timeoutMs: Number.NaN }, 'NaN as timeoutMs', ms],
    [{ timeoutMs: Infinity }, 'Infinity as timeoutMs', ms],
    [{ timeoutMs: 2 ** 31 }, 'a number as timeoutMs', ms],
    [{ timeoutMs: 5000n }, 'a bigint as timeoutMs', ms],
    [{ timeoutMs: null }, 'null as timeoutMs', ms],
    [{ maxWaitMs: '0' }, 'a text as maxWaitMs', ms],
    [{ maxWaitMs: -1 }, 'a negative number as maxWaitMs', ms],
    [{ maxWaitMs: Number.NaN }, 'NaN as maxWaitMs', ms],
    [{ maxWaitMs: Infinity }, 'Infinity as maxWaitMs', ms],
    [{ apiUrl: 5 }, 'a number as apiUrl', filled],
    [{ apiUrl: new URL('http://127.0.0.1:9') }, 'an object as apiUrl', filled],
    [{ apiKey: 5 }, 'a number as apiKey', filled],
    [{ apiKey: '' }, 'an empty text as apiKey', filled],
    [{ apiKey: [secret] }, 'a list as apiKey', filled],
    [{ signal: {} }, 'an object as signal', 'It takes an AbortSignal.'],
    [{ signal: new AbortController() }, 'an object as signal', 'It takes an AbortSignal.'],
    [{ onRetry: 5 }, 'a number as onRetry', 'It takes a function.'],
    [{ trace: true }, 'a boolean as trace', 'It takes a function.'],
    [{ env: { LUMIO_API_KEY: 5 } }, 'an object as env', 'It takes an object of texts by name.'],
    [{ env: secret }, 'a text as env', 'It takes an object of texts by name.'],
    [null, 'null as options', /^It takes an object with apiKey, apiUrl, /],
    [secret, 'a text as options', /^It takes an object with apiKey, apiUrl, /],
    [[], 'a list as options', /^It takes an object with apiKey, apiUrl, /],
  ])('%o', async (given, message, hint) => {
    const problem = await problemOf(() => make(given));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_option',
      message: `LumioClient was given ${message}.`,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(JSON.stringify(problem)).not.toContain(secret);
  });

  test('an unknown option is reported with the known ones', async () => {
    const problem = await problemOf(() => make({ timeout: 5000 }));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_option',
      message: 'LumioClient has no option "timeout".',
      hint: 'It has: apiKey, apiUrl, timeoutMs, maxWaitMs, signal, env, onRetry, trace.',
    });
  });

  test.each([
    ['nothing', []],
    ['undefined', [undefined]],
    [
      'options that are left undefined',
      [{ timeoutMs: undefined, apiKey: undefined, signal: undefined }],
    ],
    [
      'all of them',
      [
        {
          apiKey: 'k',
          apiUrl: 'x',
          timeoutMs: 1,
          maxWaitMs: 0,
          signal: AbortSignal.abort(),
          env: process.env,
          onRetry: () => {},
          trace: () => {},
        },
      ],
    ],
    ['the longest times', [{ timeoutMs: 2 ** 31 - 1, maxWaitMs: 2 ** 31 - 1 }]],
  ])('takes %s', (_, given) => {
    expect(make(...given)).toBeInstanceOf(LumioClient);
  });
});

describe('a method', async () => {
  const { url: apiUrl, apiKey, requests } = await openSandbox();
  const client = new LumioClient({ apiUrl, apiKey, env: {} });
  const cwd = await temporaryDirectory(smallProject);
  const id = exampleId;
  const good = { version: '1.3.0', bundlePath: 'bundle.tar.gz' };
  const patch = { method: 'PATCH', path: `extensions/${id}` };
  const json = 'It takes a plain object, which is sent as JSON.';
  const ofBody =
    'It takes a plain object, which is sent as JSON, or { bytes, contentType } with a Uint8Array and a text.';
  const ofRequest = 'It takes an object with method, path and, for other methods than GET, body.';
  const ofMethod = "It takes one of 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'.";

  test.each<[method: string, given: readonly unknown[], message: string, hint: string | RegExp]>([
    ['getExtension', [], 'nothing as id', filled],
    ['getExtension', [5], 'a number as id', filled],
    ['deleteExtension', [''], 'an empty text as id', filled],
    ['listVersions', [null], 'null as id', filled],
    ['getInstalls', [{ id }], 'an object as id', filled],
    ['listSecrets', [[id]], 'a list as id', filled],
    ['listExtensions', [5], 'a number as options', 'It takes an object with signal.'],
    ['listExtensions', [null], 'null as options', 'It takes an object with signal.'],
    ['getExtension', [id, { signal: {} }], 'an object as signal', 'It takes an AbortSignal.'],
    ['createExtension', [null], 'null as input', json],
    ['createExtension', ['News'], 'a text as input', json],
    ['createExtension', [{}], 'nothing as name', 'It takes a text.'],
    ['createExtension', [{ name: 5 }], 'a number as name', 'It takes a text.'],
    ['createExtension', [{ name: 'N', circle }], 'an object as input', json],
    ['updateExtension', [id], 'nothing as input', json],
    ['updateExtension', [id, { amount: 5n }], 'an object as input', json],
    ['updateExtension', [id, new FormData()], 'an object as input', json],
    ['setSecret', [id, 'K'], 'nothing as value', 'It takes a text.'],
    ['setSecret', [id, 'K', 5], 'a number as value', 'It takes a text.'],
    ['setSecret', [id, 'K', [secret]], 'a list as value', 'It takes a text.'],
    ['setSecret', [id, 5, secret], 'a number as key', filled],
    ['deleteSecret', [id], 'nothing as key', filled],
    [
      'submitVersion',
      [id],
      'nothing as submission',
      'It takes an object with version, changelog, bundlePath.',
    ],
    ['submitVersion', [id, { version: '1.3.0' }], 'nothing as bundlePath', filled],
    ['submitVersion', [id, { bundlePath: 'x' }], 'nothing as version', filled],
    [
      'submitVersion',
      [id, { ...good, bundlePath: Buffer.from('x') }],
      'an object as bundlePath',
      filled,
    ],
    ['submitVersion', [id, { ...good, changelog: 5 }], 'a number as changelog', 'It takes a text.'],
    ['request', [], 'nothing as request', ofRequest],
    ['request', ['extensions'], 'a text as request', ofRequest],
    ['request', [{ path: 'extensions' }], 'nothing as method', ofMethod],
    ['request', [{ method: 'get', path: 'extensions' }], 'a text as method', ofMethod],
    ['request', [{ method: 'GET' }], 'nothing as path', filled],
    ['request', [{ method: 'GET', path: 5 }], 'a number as path', filled],
    [
      'request',
      [{ method: 'GET', path: 'extensions', body: {} }],
      'an object as request',
      ofRequest,
    ],
    ['request', [{ ...patch, body: '{"name":"x"}' }], 'a text as body', ofBody],
    ['request', [{ ...patch, body: [1] }], 'a list as body', ofBody],
    ['request', [{ ...patch, body: Buffer.from('{}') }], 'an object as body', ofBody],
    ['request', [{ ...patch, body: { bytes: Buffer.from('{}') } }], 'an object as body', ofBody],
    [
      'request',
      [{ ...patch, body: { bytes: '{}', contentType: 'application/json' } }],
      'an object as body',
      ofBody,
    ],
    [
      'request',
      [{ ...patch, body: { bytes: Buffer.from('{}'), contentType: 'a\r\nb: c' } }],
      'an object as body',
      ofBody,
    ],
    ['request', [{ ...patch, body: circle }], 'an object as body', ofBody],
    ['deploy', [], 'nothing as dir', filled],
    ['deploy', [5], 'a number as dir', filled],
    ['deploy', [''], 'an empty text as dir', filled],
    ['deploy', [cwd, null], 'null as options', /^It takes an object with extension, version, /],
    ['deploy', [cwd, { version: 5 }], 'a number as version', filled],
    ['deploy', [cwd, { extension: 5 }], 'a number as extension', filled],
    [
      'deploy',
      [cwd, { existing: 'nope' }],
      'a text as existing',
      "It takes one of 'refuse', 'skip'.",
    ],
    [
      'deploy',
      [cwd, { bump: 'huge' }],
      'a text as bump',
      "It takes one of 'major', 'minor', 'patch'.",
    ],
    ['deploy', [cwd, { changelog: ['x'] }], 'a list as changelog', 'It takes a text.'],
    ['deploy', [cwd, { waitMs: -1 }], 'a negative number as waitMs', ms],
    ['deploy', [cwd, { waitMs: Number.NaN }], 'NaN as waitMs', ms],
    ['deploy', [cwd, { waitMs: Infinity }], 'Infinity as waitMs', ms],
    ['deploy', [cwd, { waitMs: '1m' }], 'a text as waitMs', ms],
    ['deploy', [cwd, { allow: 'x' }], 'a text as allow', 'It takes a list of texts.'],
    ['deploy', [cwd, { allow: ['x', 5] }], 'a list as allow', 'It takes a list of texts.'],
    ['deploy', [cwd, { cwd: 5 }], 'a number as cwd', filled],
    ['deploy', [cwd, { onStep: 5 }], 'a number as onStep', 'It takes a function.'],
    ['deploy', [cwd, { signal: {} }], 'an object as signal', 'It takes an AbortSignal.'],
  ])('%s %o', async (method, given, message, hint) => {
    const problem = await problemOf(() => call(client, method, ...given));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_option',
      message: `${method} was given ${message}.`,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(JSON.stringify(problem)).not.toContain(secret);
    expect(requests()).toEqual([]);
  });

  test.each<[method: string, given: readonly unknown[], name: string]>([
    ['listExtensions', [{ sginal: undefined }], 'sginal'],
    ['submitVersion', [id, { ...good, changeLog: 'x' }], 'changeLog'],
    ['request', [{ method: 'GET', path: 'extensions', headers: {} }], 'headers'],
    ['deploy', [cwd, { wait: 1000 }], 'wait'],
  ])('%s %o: reports an unknown option', async (method, given, name) => {
    expect(await problemOf(() => call(client, method, ...given))).toMatchObject({
      kind: 'usage',
      code: 'invalid_option',
      message: `${method} has no option "${name}".`,
    });
    expect(requests()).toEqual([]);
  });

  test('deploy refuses a version together with a bump', async () => {
    expect(
      await problemOf(() => client.deploy(cwd, { version: '1.3.0', bump: 'patch' })),
    ).toMatchObject({ kind: 'usage', code: 'conflicting_options' });
    expect(requests()).toEqual([]);
  });

  test('fails by its promise, before a key is looked for', async () => {
    const answer = call(new LumioClient({ env: {} }), 'setSecret', id, 'K', 5);
    expect(await problemOf(() => answer)).toMatchObject({ kind: 'usage' });
  });
});
