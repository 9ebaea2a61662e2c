/** Which redirects are followed, and how far. */
import { expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { problemOf, testClient } from './support.ts';

const get = (client: Client) => client.call('listSecrets', { id: 'e' });

test.each([301, 302, 303, 307, 308])(
  'a GET follows status %i within the API, with its query',
  async (status) => {
    const api = autoClose(
      await startScriptedServer(({ path }, response) =>
        path === '/there?page=2'
          ? sendJson(response, 200, { keys: [] })
          : response.writeHead(status, { location: '/there?page=2' }).end(),
      ),
    );
    expect(await get(autoClose(testClient(api.origin)))).toEqual({ keys: [] });
  },
);

test.each([307, 308])('a PUT follows status %i within the API, with its body', async (status) => {
  const api = autoClose(
    await startScriptedServer(({ path }, response) =>
      path === '/there'
        ? response.writeHead(204).end()
        : response.writeHead(status, { location: '/there' }).end(),
    ),
  );
  await autoClose(testClient(api.origin)).call(
    'setSecret',
    { id: 'e', key: 'K' },
    { body: { value: 'v' } },
  );
  expect(api.seen.map(({ method, body }) => [method, String(body)])).toEqual([
    ['PUT', '{"value":"v"}'],
    ['PUT', '{"value":"v"}'],
  ]);
});

test('five redirects are followed', async () => {
  const api = autoClose(
    await startScriptedServer((_, response, count) =>
      count === 6
        ? sendJson(response, 200, { keys: [] })
        : response.writeHead(302, { location: `${count}` }).end(),
    ),
  );
  expect(await get(autoClose(testClient(api.origin)))).toEqual({ keys: [] });
  expect(api.seen.map(({ path }) => path.replace(/.*\//, ''))).toEqual([
    'secrets',
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
});

test("a sixth redirect isn't followed", async () => {
  const api = autoClose(
    await startScriptedServer((_, response, count) =>
      response.writeHead(302, { location: `/x?${count}` }).end(),
    ),
  );
  const { kind, problem } = await problemOf(get(autoClose(testClient(api.origin))));
  expect([kind, problem.code, api.seen.length]).toEqual(['unexpected_response', 'redirected', 6]);
});

test.each<[string, (client: Client) => Promise<unknown>, number, Record<string, string>]>([
  [
    'a change',
    (client) => client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } }),
    302,
    { location: '/there' },
  ],
  [
    'a change of the origin',
    (client) => client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } }),
    307,
    { location: 'http://[::1]:1/' },
  ],
  [
    'a deletion',
    (client) => client.call('deleteSecret', { id: 'e', key: 'K' }),
    303,
    { location: '/there' },
  ],
  ['a redirect without an address', get, 302, {}],
  ['a redirect to an invalid address', get, 302, { location: 'http://[' }],
  ["a 304, which isn't a redirect", get, 304, { location: '/there' }],
])("%s isn't followed", async (_, call, status, headers) => {
  const api = autoClose(
    await startScriptedServer((_request, response) => response.writeHead(status, headers).end()),
  );
  const { kind, problem } = await problemOf(call(autoClose(testClient(api.origin))));
  expect([kind, problem.status, api.seen.length]).toEqual(['unexpected_response', status, 1]);
});
