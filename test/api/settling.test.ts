/** After a POST without a clear answer: how the server is asked whether it took effect, how long that is waited for, and what is said in the end. */
import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../src/api/send-with-retry.ts';
import { sendAtMostOnce, type AtMostOnceJob } from '../../src/api/at-most-once.ts';
import { LumioError } from '../../src/errors.ts';
import {
  sendJson,
  startScriptedServer,
  type Answerer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from './auto-close.ts';
import { fakeClock, problemOf, testClient } from './support.ts';

interface Course {
  readonly said: string;
  readonly hint: string | undefined;
  readonly next: string | undefined;
  readonly posts: number;
  /** Listings after the first POST. */
  readonly asks: number;
  readonly waits: readonly number[];
}

/** Creates an extension where each POST gets `post` and each listing after the first one gets `list`. It has to fail. */
async function courseOf(
  post: Answerer,
  {
    list,
    maxWaitMs = 0,
    timeoutMs = 10_000,
  }: { list?: Answerer; maxWaitMs?: number; timeoutMs?: number | undefined } = {},
): Promise<Course> {
  const counts = { GET: 0, POST: 0 };
  const api = autoClose(
    await startScriptedServer((request, response, count) => {
      const isPost = request.method === 'POST';
      counts[isPost ? 'POST' : 'GET'] += 1;
      if (isPost) return post(request, response, count);
      return list === undefined || counts.POST === 0
        ? sendJson(response, 200, { extensions: [] })
        : list(request, response, count);
    }),
  );
  const clock = fakeClock();
  const { message, problem } = await problemOf(
    autoClose(testClient(api.origin, { clock, maxWaitMs, timeoutMs })).createExtension({
      name: 'New',
    }),
  );
  return {
    said: message,
    hint: problem.hint,
    next: problem.next,
    posts: counts.POST,
    asks: counts.GET - 1,
    waits: clock.waits,
  };
}

const status =
  (code: number): Answerer =>
  (_, response) =>
    response.writeHead(code).end();
const short = [250, 500, 1000, 2000];
const long = [...short, 4000, 8000];

describe('the server is asked several times, since it may still be working on it', () => {
  test.each<[string, readonly number[], Answerer, timeoutMs?: number]>([
    ['status 500', short, status(500)],
    ['status 502', short, status(502)],
    ['status 503', short, status(503)],
    ['a lost connection', short, (_, response) => response.destroy()],
    ['a redirect', short, status(303)],
    ['a timeout at a gateway', long, status(504)],
    ['a timeout of the server', long, status(408)],
    ['no answer', long, () => {}, 1000],
  ])('after %s, with pauses of %j ms', async (_, pauses, post, timeoutMs) => {
    const course = await courseOf(post, { timeoutMs });
    expect(course).toMatchObject({
      posts: 1,
      asks: pauses.length + 1,
      waits: pauses,
      next: 'lumio extensions list',
    });
    expect(course.hint).toBe('Look once more whether it is there, then run the command again.');
    expect(course.said).toMatch(
      / Asked several times afterwards, the server does not list it: unless it shows up late, extension "New" was not created\.$/,
    );
  });

  test.each([400, 401, 422, 429])('never after a refusal: %i', async (code) => {
    expect(await courseOf(status(code))).toMatchObject({ posts: 1, asks: 0, waits: [] });
  });

  test('until it lists it', async () => {
    const pending: { id: string; name: string }[] = [];
    let listings = 0;
    const api = autoClose(
      await startScriptedServer(({ method }, response) => {
        if (method === 'GET')
          return sendJson(response, 200, { extensions: ++listings > 3 ? pending : [] });
        pending.push({ id: 'ext_1', name: 'New' });
        return response.destroy();
      }),
    );
    const clock = fakeClock();
    expect(
      await autoClose(testClient(api.origin, { clock })).createExtension({ name: 'New' }),
    ).toMatchObject({ recovered: true });
    expect([listings, clock.waits]).toEqual([4, [250, 500]]);
  });
});

test('what never took effect is sent again, after longer and longer pauses', async () => {
  const course = await courseOf(status(503), { maxWaitMs: 12_000 });
  expect(course).toMatchObject({
    posts: 3,
    asks: 15,
    waits: [...short, 250, ...short, 500, ...short],
  });
});

describe('a server that can hardly be asked', () => {
  test('is asked five times', async () => {
    const course = await courseOf(status(500), { list: (_, response) => response.destroy() });
    expect(course).toMatchObject({
      posts: 1,
      asks: 5,
      waits: [500, 500, 500, 500],
      hint: 'Look whether it is there before you send it again.',
    });
    expect(course.said).toMatch(
      / The server could not be asked about it: The connection to .* was lost .* Extension "New" may have been created\.$/,
    );
  });

  test('is asked again in a moment where it did not answer', async () => {
    const course = await courseOf(status(500), {
      list: (_, response, count) =>
        count % 2 === 0 ? response.destroy() : sendJson(response, 200, { extensions: [] }),
    });
    expect(course).toMatchObject({
      posts: 1,
      asks: 9,
      waits: [250, 500, 500, 500, 1000, 500, 2000, 500],
    });
    expect(course.said).toMatch(/ extension "New" was not created\.$/);
  });
});

test('a success that can not be read is looked for, and said to be open when it is not listed', async () => {
  const course = await courseOf((_, response) => response.end('<h1>Hi</h1>'), {
    maxWaitMs: 60_000,
  });
  expect(course).toMatchObject({
    posts: 1,
    asks: 5,
    hint: 'Look whether it is there before you send it again.',
    next: 'lumio extensions list',
  });
  expect(course.said).toMatch(
    / The server does not list it\. Extension "New" may have been created\.$/,
  );
});

test('Ctrl-C while the answer is awaited', async () => {
  const controller = new AbortController();
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
  const api = autoClose(
    await startScriptedServer(({ method }, response) =>
      method === 'POST' ? controller.abort(reason) : sendJson(response, 200, { extensions: [] }),
    ),
  );
  const { kind, problem } = await problemOf(
    autoClose(testClient(api.origin, { signal: controller.signal })).createExtension({}),
  );
  expect({ kind, ...problem }).toMatchObject({
    kind: 'interrupted',
    message:
      'Interrupted. It was stopped before the outcome was known. Extension "" may have been created.',
    hint: 'Look whether it is there before you send it again.',
    next: 'lumio extensions list',
  });
});

describe('a bug on the way is not told as trouble of the server', () => {
  const bug = new TypeError('a bug');
  const fail = async (): Promise<never> => Promise.reject(bug);
  const failed: SendResult = {
    outcome: { kind: 'answer', status: 500, headers: {}, body: new Uint8Array() },
    error: new LumioError('network', { code: 'http_500', message: 'No.' }),
    isUnclear: true,
  };
  const done: SendResult = {
    outcome: { kind: 'answer', status: 201, headers: {}, body: new Uint8Array() },
    error: undefined,
    isUnclear: false,
  };
  const job: AtMostOnceJob<string> = {
    what: 'It',
    done: 'done',
    check: 'look',
    request: { name: 'POST /x', method: 'POST', path: '/x', headers: {} },
    send: async () => failed,
    read: () => 'read',
    find: async () => undefined,
    hasLeft: () => true,
  };

  test.each<[string, Partial<AtMostOnceJob<string>>, AbortSignal]>([
    ['sending', { send: fail }, new AbortController().signal],
    ['sending, after Ctrl-C', { send: fail }, AbortSignal.abort()],
    [
      'reading the answer',
      {
        send: async () => done,
        read: () => {
          throw bug;
        },
      },
      new AbortController().signal,
    ],
    ['looking for it', { find: fail }, new AbortController().signal],
  ])('%s', async (_, changes, signal) => {
    const transport = { send: fail, close: async () => {} };
    const options = {
      transport,
      clock: fakeClock(),
      maxWaitMs: 0,
      pause: async () => {},
      trace: () => {},
      signal,
    };
    await expect(sendAtMostOnce({ ...job, ...changes }, {}, options)).rejects.toBe(bug);
  });
});
