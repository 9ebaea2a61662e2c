/** What --verbose prints about requests and responses. */
import { expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import {
  sendJson,
  startScriptedServer,
  type Answerer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { apiKey, testClient } from './support.ts';

const get = (client: Client) => client.listSecrets('e');
const put = (client: Client) => client.setSecret('e', 'K', { value: 'canary' });

/** The lines of one request without retries, successful or not. */
async function traceOf(
  call: (client: Client) => Promise<unknown>,
  answer: Answerer,
): Promise<string[]> {
  const api = autoClose(await startScriptedServer(answer));
  const lines: string[] = [];
  await call(
    autoClose(testClient(api.origin, { maxWaitMs: 0, trace: (line) => void lines.push(line) })),
  ).catch(() => {});
  return lines.map((line) =>
    line.replaceAll(/\d+ms/g, 'Nms').replaceAll(new URL(api.origin).host, 'host'),
  );
}

const shown =
  'accept: application/json, accept-encoding: identity, authorization: Bearer ***, user-agent: lumio/test';
const asked = `> GET http://host/developer/v1/extensions/e/secrets (${shown})`;
const changed = `> PUT http://host/developer/v1/extensions/e/secrets/K (${shown}, content-type: application/json, 18 B)`;

test.each<[string, (client: Client) => Promise<unknown>, Answerer, string[]]>([
  [
    'an answer by its type and size',
    get,
    (_, response) => sendJson(response, 200, { keys: [] }),
    [asked, '< 200 (application/json, 11 B) after Nms'],
  ],
  [
    'a body by its type and size',
    put,
    (_, response) => response.writeHead(204).end(),
    [changed, '< 204 (no content type, 0 B) after Nms'],
  ],
  [
    'when it may be tried again',
    get,
    (_, response) => response.writeHead(429, { 'retry-after': '7' }).end(),
    [asked, '< 429 (no content type, 0 B, retry-after: 7) after Nms'],
  ],
  [
    'where it leads',
    put,
    (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    [changed, '< 302 (no content type, 0 B, location: /elsewhere) after Nms'],
  ],
  [
    'its number',
    get,
    (_, response) => response.writeHead(404, { 'x-request-id': 'req_7' }).end(),
    [asked, '< 404 (no content type, 0 B, request id req_7) after Nms'],
  ],
  [
    'the key nowhere',
    get,
    (_, response) => response.writeHead(404, { 'content-type': apiKey }).end(),
    [asked, '< 404 (***, 0 B) after Nms'],
  ],
  [
    'why there is no answer',
    get,
    (_, response) => response.destroy(),
    [asked, '< The connection to host was lost before the response (ECONNRESET) after Nms'],
  ],
])('a request and %s', async (_, call, answer, lines) => {
  expect(await traceOf(call, answer)).toEqual(lines);
});
