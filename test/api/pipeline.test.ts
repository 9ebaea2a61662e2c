/** What all calls have in common: the address, the key, the proxy. */
import { expect, test } from 'vitest';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { testClient, thrownBy } from './support.ts';

test.each([
  ['', '/extensions'],
  ['/', '/extensions'],
  ['/developer/v1', '/developer/v1/extensions'],
])('an API at %j receives requests at %s', async (base, path) => {
  const api = autoClose(
    await startScriptedServer((_, response) => sendJson(response, 200, { extensions: [] })),
  );
  await autoClose(testClient(api.origin, { baseUrl: `${api.origin}${base}` })).call(
    'listExtensions',
  );
  expect(api.seen.map((request) => request.path)).toEqual([path]);
});

test.each(['', 'a b', 'a\nb', 'schlüssel'])(
  'refuses a key that is invalid in a header without showing it: %j',
  (key) => {
    const { kind, problem } = thrownBy(() => testClient('http://127.0.0.1:1', { apiKey: key }));
    expect([kind, problem.code, problem.next]).toEqual([
      'auth',
      'malformed_api_key',
      'lumio login',
    ]);
    if (key !== '') expect(problem.message).not.toContain(key);
  },
);

test.each([
  ['http://user:p%40ss@127.0.0.1:1', ['p@ss', 'p%40ss']],
  ['http://127.0.0.1:1', []],
  ['', []],
])('masks the credentials of the proxy %j: %j', (proxy, secrets) => {
  const hidden: string[] = [];
  autoClose(
    testClient('http://127.0.0.1:2', {
      env: { http_proxy: proxy },
      addSecret: (secret) => hidden.push(secret),
    }),
  );
  autoClose(testClient('http://127.0.0.1:2', { env: { http_proxy: proxy } }));
  expect(hidden).toEqual(secrets);
});
