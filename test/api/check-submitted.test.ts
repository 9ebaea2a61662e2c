/** POSTs without a clear response: the checks on the server, and the outcome. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/api/http.ts';
import { sendAtMostOnce, type AtMostOnceRequest } from '../../src/api/at-most-once.ts';
import { LumioError } from '../../src/errors.ts';
import {
  sendJson,
  startScriptedServer,
  type Responder,
} from '../support/servers/scripted-server.ts';
import { temporaryDirectory } from '../support/project.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock } from '../support/clock.ts';
import { problemOf, testClient } from './support.ts';

let bundlePath: string;
beforeAll(async () => {
  bundlePath = join(await temporaryDirectory(), 'bundle.tar.gz');
  await writeFile(bundlePath, 'abc');
});

const submission = () => ({ version: '1.3.0', bundlePath, bundleSizeBytes: 3, known: [] });
const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });

interface SubmitOutcome {
  readonly message: string;
  readonly next: string | undefined;
  readonly mayHaveTakenEffect: boolean | undefined;
  readonly posts: number;
  readonly lists: number;
  readonly waits: readonly number[];
}

/** Submits a version where each POST gets `post` and each listing `list`. It has to fail. */
async function submitOutcome(
  post: Responder,
  {
    list = (_, response) => sendJson(response, 200, { versions: [] }),
    maxWaitMs = 0,
    timeoutMs = 10_000,
  }: { list?: Responder; maxWaitMs?: number; timeoutMs?: number | undefined } = {},
): Promise<SubmitOutcome> {
  const counts = { GET: 0, POST: 0 };
  const api = autoClose(
    await startScriptedServer((request, response, count) => {
      const isPost = request.method === 'POST';
      counts[isPost ? 'POST' : 'GET'] += 1;
      return (isPost ? post : list)(request, response, count);
    }),
  );
  const clock = fakeClock();
  const client = autoClose(testClient(api.origin, { clock, maxWaitMs, timeoutMs }));
  const { message, problem } = await problemOf(client.submitVersion('ext_1', submission()));
  const { next, mayHaveTakenEffect } = problem;
  const { POST: posts, GET: lists } = counts;
  return { message, next, mayHaveTakenEffect, posts, lists, waits: clock.sleeps };
}

const status =
  (code: number): Responder =>
  (_, response) =>
    response.writeHead(code).end();
const pauses = [250, 500, 1000, 2000];

describe('checks the server several times', () => {
  test.each<[string, Responder, timeoutMs?: number]>([
    ['status 500', status(500)],
    ['status 502', status(502)],
    ['status 503', status(503)],
    ['status 504', status(504)],
    ['status 408', status(408)],
    ['a lost connection', (_, response) => response.destroy()],
    ['a redirect', status(303)],
    ['a timeout', () => {}, 1000],
  ])('after %s', async (_, post, timeoutMs) => {
    const outcome = await submitOutcome(post, { timeoutMs });
    expect(outcome).toMatchObject({
      posts: 1,
      lists: pauses.length + 1,
      waits: pauses,
      next: 'lumio versions list -e ext_1',
    });
    expect(outcome.message).toContain('1.3.0');
    expect(outcome.mayHaveTakenEffect).toBe(true);
  });

  test('for half of the retry budget, at most 30 seconds', async () => {
    for (const [maxWaitMs, askedMs] of [
      [20_000, 10_000],
      [60_000, 30_000],
      [600_000, 30_000],
    ] as const) {
      const { waits, lists } = await submitOutcome(status(303), { maxWaitMs });
      expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(askedMs);
      expect(lists).toBe(waits.length + 1);
    }
  });

  test.each([400, 401, 422, 429])('but not after a refusal: %i', async (code) => {
    expect(await submitOutcome(status(code))).toMatchObject({ posts: 1, lists: 0, waits: [] });
  });

  test('until it lists the version', async () => {
    let listings = 0;
    const version = { id: 'ver_1', version: '1.3.0', status: 'pending' };
    const api = autoClose(
      await startScriptedServer(({ method }, response) =>
        method === 'GET'
          ? sendJson(response, 200, { versions: ++listings > 2 ? [version] : [] })
          : response.destroy(),
      ),
    );
    const clock = fakeClock();
    const client = autoClose(testClient(api.origin, { clock }));
    expect(await client.submitVersion('ext_1', submission())).toMatchObject({ recovered: true });
    expect([listings, clock.sleeps]).toEqual([3, [250, 500]]);
  });
});

test('sends an unlisted version again with the same Idempotency-Key', async () => {
  const keys: unknown[] = [];
  const outcome = await submitOutcome(
    ({ headers }, response) => {
      keys.push(headers['idempotency-key']);
      response.writeHead(503).end();
    },
    { maxWaitMs: 12_000 },
  );
  expect(outcome.posts).toBe(2);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
});

describe("a server that doesn't list", () => {
  test('is checked five times', async () => {
    const outcome = await submitOutcome(status(500), { list: (_, response) => response.destroy() });
    expect(outcome).toMatchObject({
      posts: 1,
      lists: 5,
      waits: [500, 500, 500, 500],
      mayHaveTakenEffect: true,
    });
    expect(outcome.message).toContain('ECONNRESET');
  });

  test('is checked again if a listing fails', async () => {
    const outcome = await submitOutcome(status(500), {
      list: (_, response, count) =>
        count % 2 === 1 ? response.destroy() : sendJson(response, 200, { versions: [] }),
    });
    expect(outcome).toMatchObject({
      posts: 1,
      lists: 9,
      waits: [250, 500, 500, 500, 1000, 500, 2000, 500],
    });
  });
});

test('an unreadable success may have taken effect', async () => {
  const outcome = await submitOutcome((_, response) => response.end('<h1>Hi</h1>'));
  expect(outcome).toMatchObject({
    posts: 1,
    lists: 5,
    mayHaveTakenEffect: true,
    next: 'lumio versions list -e ext_1',
  });
});

test('Ctrl-C while waiting for the response', async () => {
  const controller = new AbortController();
  const api = autoClose(
    await startScriptedServer(({ method }, response) =>
      method === 'POST' ? controller.abort(reason) : sendJson(response, 200, { extensions: [] }),
    ),
  );
  const { kind, problem } = await problemOf(
    autoClose(testClient(api.origin, { signal: controller.signal })).createExtension({}),
  );
  expect([kind, problem.mayHaveTakenEffect, problem.next]).toEqual([
    'interrupted',
    true,
    'lumio extensions list',
  ]);
});

describe("an internal error isn't reported as a server error", () => {
  const bug = new TypeError('a bug');
  const fail = async (): Promise<never> => Promise.reject(bug);
  const respond = (status: number) => async () => ({
    kind: 'response' as const,
    status,
    headers: {},
    body: new Uint8Array(),
  });
  const job: AtMostOnceRequest<string> = {
    what: 'It',
    done: 'done',
    check: 'look',
    request: { name: 'POST /x', method: 'POST', path: '/x', headers: {} },
    canResend: true,
    read: () => 'read',
    find: async () => undefined,
    hasSentBytes: () => true,
  };
  const misread = (): never => {
    throw bug;
  };

  test.each<
    [string, Partial<AtMostOnceRequest<string>>, () => ReturnType<Transport['send']>, AbortSignal]
  >([
    ['sending', {}, fail, new AbortController().signal],
    ['sending, after Ctrl-C', {}, fail, AbortSignal.abort()],
    ['reading the response', { read: misread }, respond(201), new AbortController().signal],
    ['checking', { find: fail }, respond(500), new AbortController().signal],
  ])('%s', async (_, changes, send, signal) => {
    const deps = {
      transport: { send, close: () => undefined },
      clock: fakeClock(),
      maxWaitMs: 0,
      pause: async () => undefined,
      trace: () => undefined,
      signal,
    };
    await expect(sendAtMostOnce({ ...job, ...changes }, deps)).rejects.toBe(bug);
  });
});
