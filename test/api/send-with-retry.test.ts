/** How a request is repeated, what is said while waiting, and what is known of a change that ends without a success. */
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { Method } from '../../src/api/contract.ts';
import { createSender, type RetryBudget } from '../../src/api/send-with-retry.ts';
import type { NetworkFailure } from '../../src/api/failure.ts';
import { LumioError } from '../../src/errors.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from './auto-close.ts';
import { fakeClock, problemOf, testClient } from './support.ts';

const lost: NetworkFailure = {
  kind: 'failure',
  error: new LumioError('network', { code: 'connection_lost', message: 'Lost.' }),
  reach: 'fully',
  isFinal: false,
  isTimeout: false,
};
const unsent: NetworkFailure = { ...lost, reach: 'nothing' };

/** Sends through a line that answers with these statuses, one after another; the last one goes on. */
async function exchanged(
  method: Method,
  plan: readonly (number | NetworkFailure)[],
  patience: RetryBudget,
  maxWaitMs: number,
): Promise<string> {
  const clock = fakeClock();
  let sent = 0;
  const send = async () => {
    const next = plan[Math.min(sent++, plan.length - 1)] ?? lost;
    return typeof next === 'number'
      ? { kind: 'answer' as const, status: next, headers: {}, body: new Uint8Array() }
      : next;
  };
  const exchange = createSender({
    transport: { send, close: async () => {} },
    clock,
    maxWaitMs,
    pause: ({ ms }) => clock.sleep(ms, new AbortController().signal),
    trace: () => {},
  });
  const { outcome, error, isUnclear } = await exchange(
    { name: `${method} /x`, method, path: '/x', headers: {} },
    patience,
  );
  const status = outcome.kind === 'answer' ? outcome.status : 'lost';
  return `${status}, ${error?.kind ?? 'done'}${isUnclear ? ', open' : ''}, sent ${sent}`;
}

describe('how a request ends', () => {
  test.each<[Method, readonly (number | NetworkFailure)[], string]>([
    ['GET', [200], '200, done, sent 1'],
    ['GET', [503, 200], '200, done, sent 2'],
    ['GET', [404], '404, not_found, sent 1'],
    ['GET', [300], '300, unexpected_response, open, sent 1'],
    ['PUT', [lost, 204], '204, done, sent 2'],
    ['PUT', [500, 404], '404, not_found, open, sent 2'],
    ['PATCH', [unsent, 404], '404, not_found, sent 2'],
    ['DELETE', [500, 404], '204, done, sent 2'],
    ['DELETE', [lost, 404], '204, done, sent 2'],
    ['DELETE', [unsent, 404], '404, not_found, sent 2'],
    ['DELETE', [429, 404], '404, not_found, sent 2'],
    ['DELETE', [500, 403], '403, auth, open, sent 2'],
    ['DELETE', [lost, 500, 404], '204, done, sent 3'],
    ['POST', [lost], 'lost, network, open, sent 1'],
    ['POST', [unsent, 201], '201, done, sent 2'],
    ['POST', [429, 201], '201, done, sent 2'],
  ])('%s answered with %j: %s', async (method, plan, expected) => {
    expect(await exchanged(method, plan, {}, 60_000)).toBe(expected);
  });
});

describe('what became of a change', () => {
  test.each<
    [Method, RetryBudget['change'], readonly (number | NetworkFailure)[], RetryBudget['change']]
  >([
    ['PUT', undefined, [204], 'open'],
    ['PUT', undefined, [lost], 'open'],
    ['PUT', undefined, [500], 'open'],
    ['PUT', undefined, [500, 429], 'open'],
    ['PUT', undefined, [429, 500], 'open'],
    ['PUT', undefined, [429], 'refused'],
    ['PUT', undefined, [429, 429], 'refused'],
    ['PUT', undefined, [unsent, 422], 'refused'],
    ['POST', 'refused', [429], 'refused'],
    ['POST', 'open', [429], 'open'],
    ['POST', 'open', [unsent], 'open'],
    ['GET', undefined, [200], undefined],
    ['GET', undefined, [404], undefined],
    ['GET', undefined, [lost], undefined],
    ['GET', 'open', [404], 'open'],
    ['GET', 'refused', [lost], 'refused'],
  ])('%s that was %s before, answered with %j: %s', async (method, change, plan, expected) => {
    const patience: RetryBudget = change === undefined ? {} : { change };
    await exchanged(method, plan, patience, 600);
    expect(patience.change).toBe(expected);
  });
});

test.each([
  ['Slow down.', 'Slow down.'],
  ['Is it you again? Slow down. Please.', 'Is it you again?'],
  ['Stop! More than 1.5 a second is too much.', 'Stop!'],
  ['At most 1.5 a second', 'At most 1.5 a second.'],
  ['Slow down, e.g. to one a second.', 'Slow down, e.g. to one a second.'],
  ['Slow down.\nPlease. Now.', 'Slow down.\nPlease.'],
])('while waiting, of %j this is said: %j', async (message, told) => {
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
    autoClose(
      testClient(api.origin, { pause: async (wait) => void waits.push(wait) }),
    ).listVersions('e'),
  );
  expect(waits).toEqual([{ ms: 3000, reason: told }]);
});

describe('Ctrl-C while waiting for the next attempt', () => {
  const interrupted = new LumioError('interrupted', {
    code: 'interrupted',
    message: 'Interrupted.',
  });
  const open = 'Interrupted. It is not known whether it took effect.';
  const put = (client: Client) => client.setSecret('e', 'K', 'v');
  const create = (client: Client) => client.createExtension({ name: 'New' });
  const free = (client: Client) => client.request({ method: 'PUT', path: '/x' });

  test.each<[string, readonly number[], (client: Client) => Promise<unknown>, string]>([
    ['a GET that failed', [500], (client) => client.listSecrets('e'), 'Interrupted.'],
    ['a change that failed', [500], put, open],
    ['a change that was refused', [429], put, 'Interrupted.'],
    ['a change that failed, then was refused', [500, 429], put, open],
    ['a free request that failed', [503], free, open],
    ['a free request that was refused', [429], free, 'Interrupted.'],
    ['a creation that was refused', [429], create, 'Interrupted.'],
    [
      'a creation that failed, then was refused',
      [500, 429],
      create,
      'Interrupted. It was stopped before the outcome was known. Extension "New" may have been created.',
    ],
  ])('%s: status %j', async (_, statuses, call, message) => {
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
    expect([kind, problem.message, problem.mayHaveTakenEffect]).toEqual([
      'interrupted',
      message,
      message === open ? true : undefined,
    ]);
  });
});

test.each<[string, (response: ServerResponse) => void]>([
  ['is silent', () => {}],
  ['goes on and on', (response) => void setInterval(() => response.write(' '), 10).unref()],
])(
  'an attempt that has only so much time is given up then, where the answer %s',
  async (_, answer) => {
    const api = autoClose(await startScriptedServer((_request, response) => answer(response)));
    const error = await problemOf(
      autoClose(testClient(api.origin)).listVersions('e', { maxMs: 0, attemptMs: 79.5 }),
    );
    expect(error.kind).toBe('network');
    expect(error.message).toBe(`${api.origin.replace('http://', '')} did not answer within 80ms.`);
  },
);
