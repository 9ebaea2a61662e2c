/** What --verbose prints about requests and responses. */
import { expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import {
  sendJson,
  startScriptedServer,
  type Responder,
} from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { apiKey, testClient } from './support.ts';

const get = (client: Client) => client.call('listSecrets', { id: 'e' });
const put = (client: Client) =>
  client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'canary' } });

/** The lines of one request without retries, successful or not. */
async function traceOf(
  call: (client: Client) => Promise<unknown>,
  respond: Responder,
): Promise<string[]> {
  const api = autoClose(await startScriptedServer(respond));
  const lines: string[] = [];
  await call(
    autoClose(testClient(api.origin, { maxWaitMs: 0, trace: (line) => void lines.push(line) })),
  ).catch(() => {});
  return lines.map((line) =>
    line.replaceAll(/\d+ms/g, 'Nms').replaceAll(new URL(api.origin).host, 'host'),
  );
}

const headers =
  'accept: application/json, accept-encoding: identity, ' +
  'authorization: Bearer ***, user-agent: lumio/test';
const getLine = `> GET http://host/developer/v1/extensions/e/secrets (${headers})`;
const putHeaders = `${headers}, content-type: application/json, 18 B`;
const putLine = `> PUT http://host/developer/v1/extensions/e/secrets/K (${putHeaders})`;

test.each<[string, (client: Client) => Promise<unknown>, Responder, unknown[]]>([
  [
    'a response by type and size',
    get,
    (_, response) => sendJson(response, 200, { keys: [] }),
    [getLine, '< 200 (application/json, 11 B) after Nms'],
  ],
  [
    'a request body by type and size',
    put,
    (_, response) => response.writeHead(204).end(),
    [putLine, '< 204 (no content type, 0 B) after Nms'],
  ],
  [
    'Retry-After',
    get,
    (_, response) => response.writeHead(429, { 'retry-after': '7' }).end(),
    [getLine, '< 429 (no content type, 0 B, retry-after: 7) after Nms'],
  ],
  [
    'the target of a redirect',
    put,
    (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    [putLine, '< 302 (no content type, 0 B, location: /elsewhere) after Nms'],
  ],
  [
    'the request ID',
    get,
    (_, response) => response.writeHead(404, { 'x-request-id': 'req_7' }).end(),
    [getLine, '< 404 (no content type, 0 B, request id req_7) after Nms'],
  ],
  [
    'no key, even in a header',
    get,
    (_, response) => response.writeHead(404, { 'content-type': apiKey }).end(),
    [getLine, '< 404 (***, 0 B) after Nms'],
  ],
  [
    'the reason for a missing response',
    get,
    (_, response) => response.destroy(),
    [getLine, expect.stringMatching(/^< .*host.* \(ECONNRESET\) after Nms$/)],
  ],
])('prints the request and %s', async (_, call, respond, lines) => {
  expect(await traceOf(call, respond)).toEqual(lines);
});
