/** Retries, the notes while waiting, and what is known about a change that failed. */
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { HttpRequest } from '../../src/api/http.ts';
import type { Method } from '../../src/api/contract.ts';
import { initialState } from '../../src/api/retry.ts';
import { sendWithRetry } from '../../src/api/send-with-retry.ts';
import type { NetworkFailure } from '../../src/api/failure.ts';
import { LumioError } from '../../src/errors.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock } from '../support/clock.ts';
import { lost, problemOf, testClient, unsent } from './support.ts';

test('a deadline limits the attempts and the retries', async () => {
  const clock = fakeClock();
  const deadlineMs = clock.monotonicMs() + 3000;
  const { signal } = new AbortController();
  const limits: unknown[] = [];
  const deps = {
    transport: {
      send: async ({ maxMs }: HttpRequest) => {
        limits.push(maxMs);
        await clock.sleep(maxMs ?? 0, signal);
        return lost;
      },
      close: () => undefined,
    },
    clock,
    maxWaitMs: 60_000,
    signal,
    pause: ({ ms }: { ms: number }) => clock.sleep(ms, signal),
    trace: () => undefined,
  };
  const request = { name: 'GET /x', method: 'GET', path: '/x', headers: {} } as const;
  await sendWithRetry(request, deps, initialState, { deadlineMs });
  expect(limits).toEqual([3000]);
  await sendWithRetry(request, deps, initialState, { deadlineMs });
  expect(limits).toEqual([3000, 1000]);
});

/** Sends through a transport with these outcomes, one after another; the last one repeats. */
async function send(
  method: Method,
  plan: readonly (number | NetworkFailure)[],
  { outcomeUnknown = false, maxWaitMs = 60_000 } = {},
) {
  const clock = fakeClock();
  let sent = 0;
  const transport = {
    send: async () => {
      const next = plan[Math.min(sent++, plan.length - 1)] ?? lost;
      return typeof next === 'number'
        ? { kind: 'response' as const, status: next, headers: {}, body: new Uint8Array() }
        : next;
    },
    close: () => undefined,
  };
  const deps = {
    transport,
    clock,
    maxWaitMs,
    signal: new AbortController().signal,
    pause: ({ ms }: { ms: number }) => clock.sleep(ms, new AbortController().signal),
    trace: () => undefined,
  };
  const request = { name: `${method} /x`, method, path: '/x', headers: {} };
  const result = await sendWithRetry(request, deps, { ...initialState, outcomeUnknown });
  return { ...result, sent };
}

describe('how a request ends', () => {
  test.each<[Method, readonly (number | NetworkFailure)[], string]>([
    ['GET', [200], '200, done, sent 1'],
    ['GET', [503, 200], '200, done, sent 2'],
    ['GET', [404], '404, not_found, sent 1'],
    ['GET', [300], '300, unexpected_response, sent 1'],
    ['PUT', [lost, 204], '204, done, sent 2'],
    ['PUT', [500, 404], '404, not_found, unknown, sent 2'],
    ['PATCH', [unsent, 404], '404, not_found, sent 2'],
    ['DELETE', [500, 404], '204, done, sent 2'],
    ['DELETE', [lost, 404], '204, done, sent 2'],
    ['DELETE', [unsent, 404], '404, not_found, sent 2'],
    ['DELETE', [429, 404], '404, not_found, sent 2'],
    ['DELETE', [500, 403], '403, auth, unknown, sent 2'],
    ['DELETE', [lost, 500, 404], '204, done, sent 3'],
    ['POST', [lost], 'lost, network, unknown, sent 1'],
    ['POST', [unsent, 201], '201, done, sent 2'],
    ['POST', [429, 201], '201, done, sent 2'],
  ])('%s with the responses %j: %s', async (method, plan, expected) => {
    const { outcome, error, state, sent } = await send(method, plan);
    const status = outcome?.kind === 'response' ? outcome.status : 'lost';
    const unknown = error !== undefined && state.outcomeUnknown ? ', unknown' : '';
    expect(`${status}, ${error?.kind ?? 'done'}${unknown}, sent ${sent}`).toBe(expected);
  });
});

describe('the retry state', () => {
  test.each<[Method, boolean, readonly (number | NetworkFailure)[], boolean]>([
    ['PUT', false, [204], false],
    ['PUT', false, [lost], true],
    ['PUT', false, [500], true],
    ['PUT', false, [500, 429], true],
    ['PUT', false, [429, 500], true],
    ['PUT', false, [429], false],
    ['PUT', false, [429, 429], false],
    ['PUT', false, [unsent, 422], false],
    ['POST', false, [429], false],
    ['POST', true, [429], true],
    ['POST', true, [unsent], true],
    ['GET', false, [404], false],
    ['GET', false, [lost], false],
    ['GET', true, [404], true],
  ])(
    '%s with an unknown outcome (%s) before and the responses %j: %s',
    async (method, outcomeUnknown, plan, expected) => {
      const { state } = await send(method, plan, { outcomeUnknown, maxWaitMs: 600 });
      expect(state.outcomeUnknown).toBe(expected);
    },
  );
});

test.each([
  ['Slow down.', 'Slow down.'],
  ['Is it you again? Slow down. Please.', 'Is it you again?'],
  ['Stop! More than 1.5 a second is too much.', 'Stop!'],
  ['At most 1.5 a second', 'At most 1.5 a second'],
  ['Slow down, e.g. to one a second.', 'Slow down, e.g. to one a second.'],
  ['Slow down.\nPlease. Now.', 'Slow down.\nPlease.'],
])('while waiting, the reason %j is shown as %j', async (message, reason) => {
  const api = autoClose(
    await startScriptedServer((_, response, count) =>
      sendJson(
        response,
        count === 1 ? 429 : 200,
        { versions: [], error: { code: 'rate_limited', message } },
        { 'retry-after': '3' },
      ),
    ),
  );
  const waits: object[] = [];
  await problemOf(
    autoClose(testClient(api.origin, { pause: async (wait) => void waits.push(wait) })).call(
      'listVersions',
      { id: 'e' },
    ),
  );
  expect(waits).toEqual([{ ms: 3000, reason }]);
});

describe('Ctrl-C while waiting for the next attempt', () => {
  const interrupted = new LumioError('interrupted', {
    code: 'interrupted',
    message: 'Interrupted.',
  });
  const put = (client: Client) =>
    client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } });
  const create = (client: Client) => client.createExtension({ name: 'New' });
  const free = (client: Client) => client.request({ method: 'PUT', path: '/x' });

  test.each<[string, readonly number[], (client: Client) => Promise<unknown>, true?]>([
    ['a GET that failed', [500], (client) => client.call('listSecrets', { id: 'e' })],
    ['a change that failed', [500], put, true],
    ['a change that was refused', [429], put],
    ['a change that failed, then was refused', [500, 429], put, true],
    ['a raw request that failed', [503], free, true],
    ['a raw request that was refused', [429], free],
    ['a creation that was refused', [429], create],
  ])('%s: status %j', async (_, statuses, call, mayHaveTakenEffect) => {
    let changes = 0;
    const api = autoClose(
      await startScriptedServer(({ method, path }, response) =>
        method === 'GET' && path.endsWith('/extensions')
          ? sendJson(response, 200, { extensions: [] })
          : response.writeHead(statuses[changes++] ?? 200).end(),
      ),
    );
    const controller = new AbortController();
    const pause = async (): Promise<void> => {
      if (changes === statuses.length) controller.abort(interrupted);
      controller.signal.throwIfAborted();
    };
    const { kind, problem } = await problemOf(
      call(autoClose(testClient(api.origin, { pause, signal: controller.signal }))),
    );
    expect([kind, problem.mayHaveTakenEffect]).toEqual(['interrupted', mayHaveTakenEffect]);
    expect(problem.message === 'Interrupted.').toBe(mayHaveTakenEffect === undefined);
  });
});

test.each<[string, (response: ServerResponse) => void]>([
  ['is silent', () => {}],
  ['goes on and on', (response) => void setInterval(() => response.write(' '), 10).unref()],
])('an attempt at the deadline is aborted when the response %s', async (_, respond) => {
  const api = autoClose(await startScriptedServer((_request, response) => respond(response)));
  const error = await problemOf(
    autoClose(testClient(api.origin)).call('listVersions', { id: 'e' }, { deadlineMs: 0 }),
  );
  expect(error.kind).toBe('network');
  expect(error.message).toContain(api.origin.replace('http://', ''));
  expect(error.message).toContain('1s');
});
