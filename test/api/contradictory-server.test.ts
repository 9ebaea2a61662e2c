/** Servers that contradict themselves or send impossible values. */
import { expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { problemOf, testClient } from './support.ts';

test.each<[string, (client: Client) => Promise<unknown>]>([
  ['GET', (client) => client.call('listSecrets', { id: 'e' })],
  ['GET of one', (client) => client.call('getExtension', { id: 'e' })],
  ['PUT', (client) => client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } })],
  ['DELETE', (client) => client.call('deleteExtension', { id: 'e' })],
  ['PATCH', (client) => client.call('updateExtension', { id: 'e' }, { body: { name: 'x' } })],
  ['POST', (client) => client.createExtension({ name: 'x' })],
])('treats an error with a success status as an error: %s', async (name, call) => {
  const error = { code: 'maintenance', message: 'Try tomorrow.', status: 503 };
  const listed = { keys: [], extensions: [], id: 'e', extension: { id: 'e' } };
  const api = autoClose(
    await startScriptedServer(({ method }, response) =>
      sendJson(response, 200, method === 'GET' && name === 'POST' ? listed : { ...listed, error }),
    ),
  );
  const problem = await problemOf(call(autoClose(testClient(api.origin))));
  expect([problem.kind, problem.problem.status]).toEqual(['unexpected_response', 200]);
  expect(problem.message).toContain('(maintenance): Try tomorrow.');
  expect(problem.problem.mayHaveTakenEffect).toBe(name.startsWith('GET') ? undefined : true);
});

test.each([
  ['9999999999999', 9_999_999_999_999],
  ['2147484', 2_147_484],
  ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
])('Retry-After: %s is reported without a date', async (value, seconds) => {
  const api = autoClose(
    await startScriptedServer((_, response) =>
      sendJson(
        response,
        429,
        { error: { code: 'rate_limited', message: 'Slow down.' } },
        { 'retry-after': value },
      ),
    ),
  );
  const error = await problemOf(
    autoClose(testClient(api.origin)).call('listVersions', { id: 'e' }),
  );
  expect([error.exitCode, error.problem.retryAfterSeconds, error.message]).toEqual([
    9,
    seconds,
    'Slow down.',
  ]);
  expect(error.problem.hint).not.toContain('--max-wait');
});

test('reports no time for a 429 without Retry-After', async () => {
  const api = autoClose(
    await startScriptedServer((_, response) =>
      sendJson(response, 429, { error: { code: 'rate_limited', message: 'Slow down.' } }),
    ),
  );
  const error = await problemOf(
    autoClose(testClient(api.origin, { maxWaitMs: 0 })).call('listVersions', { id: 'e' }),
  );
  expect(error.message).toBe('Slow down.');
  expect(error.problem.hint).toContain('--max-wait 2m');
});

test.each(['', ' '])('reports the status of an error whose message is %j', async (message) => {
  const api = autoClose(
    await startScriptedServer((_, response) =>
      sendJson(response, 422, { error: { code: 'odd', message } }),
    ),
  );
  const error = await problemOf(
    autoClose(testClient(api.origin)).call('listVersions', { id: 'e' }),
  );
  expect([error.problem.code, error.message]).toEqual(['odd', expect.stringContaining('422')]);
});
