/** Each fault as the client sees it, and its effect on the server. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { expect, test } from 'vitest';
import { type FaultName, faultKinds, listFaults, parseFault } from '../../src/sandbox/faults.ts';
import { problemOf } from '../support/problem-of.ts';
import { fakeClock, type FakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

interface Seen {
  readonly status?: number | undefined;
  readonly headers?: IncomingHttpHeaders;
  /** What of the body arrived. */
  readonly text?: string;
  /** How the connection ended before its time. */
  readonly broken?: string | undefined;
}

/** Sends one request and reports the response, complete or not. */
function observe(url: string, options: { method?: string; body?: string } = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${sandboxKey}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(options.body ?? ''),
    };
    const sent = request(
      url,
      { method: options.method ?? 'GET', headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        const seen = (broken?: string): void =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
            broken,
          });
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => seen()).on('error', (error) => seen(error.message));
      },
    );
    sent.on('error', (error) => resolve({ broken: error.message })).end(options.body);
  });
}

const create = { method: 'POST', body: JSON.stringify({ name: 'New' }) };

/** What POST /extensions shows under each fault, and whether it took effect. */
const rows: Record<
  Exclude<
    FaultName,
    'stall' | 'silent' | 'silent-after-commit' | 'slow' | 'slow-commit' | 'late-commit'
  >,
  readonly [Partial<Seen>, boolean]
> = {
  ok: [{ status: 201 }, true],
  '401': [{ status: 401, text: expect.stringContaining('"code":"unauthorized"') }, false],
  '403': [{ status: 403, text: expect.stringContaining('"code":"forbidden"') }, false],
  '404': [{ status: 404, text: expect.stringContaining('"status":404') }, false],
  '408': [{ status: 408, text: expect.stringContaining('"status":408') }, false],
  '409': [{ status: 409, text: expect.stringContaining('"status":409') }, false],
  '413': [{ status: 413, text: expect.stringContaining('"status":413') }, false],
  '422': [{ status: 422, text: expect.stringContaining('"code":"validation_error"') }, false],
  '429': [{ status: 429, headers: expect.objectContaining({ 'retry-after': '1' }) }, false],
  '429-bare': [
    { status: 429, headers: expect.not.objectContaining({ 'retry-after': expect.anything() }) },
    false,
  ],
  '429-date': [
    {
      status: 429,
      headers: expect.objectContaining({ 'retry-after': 'Fri, 01 May 2026 12:00:01 GMT' }),
    },
    false,
  ],
  '500': [{ status: 500, text: expect.stringContaining('"code":"internal_error"') }, false],
  '502': [{ status: 502 }, false],
  '503': [
    { status: 503, headers: expect.not.objectContaining({ 'retry-after': expect.anything() }) },
    false,
  ],
  '504': [{ status: 504 }, false],
  'html-413': [
    {
      status: 413,
      headers: expect.objectContaining({ 'content-type': 'text/html' }),
      text: expect.stringContaining('413 Request Entity Too Large'),
    },
    false,
  ],
  'html-502': [
    {
      status: 502,
      headers: expect.objectContaining({ 'content-type': 'text/html' }),
      text: expect.stringContaining('502 Bad Gateway'),
    },
    false,
  ],
  'drop-before': [{ broken: expect.stringMatching(/hang up|ECONNRESET/) }, false],
  'drop-mid-body': [{ broken: expect.stringMatching(/hang up|ECONNRESET/) }, false],
  'drop-after-commit': [{ broken: expect.stringMatching(/hang up|ECONNRESET/) }, true],
  '500-after-commit': [{ status: 500 }, true],
  '502-after-commit': [{ status: 502 }, true],
  '504-after-commit': [{ status: 504 }, true],
  truncated: [
    {
      status: 201,
      text: expect.stringMatching(/^\{"extension":\{"id"[^}]*$/),
      broken: expect.stringMatching(/aborted|ECONNRESET/),
    },
    true,
  ],
  garbage: [{ status: 200, text: expect.stringContaining('\u0000') }, true],
  'wrong-type': [
    { status: 200, headers: expect.objectContaining({ 'content-type': 'text/html' }) },
    true,
  ],
  empty: [{ status: 200, text: '' }, true],
};

test.each(Object.entries(rows))('%s', async (name, [seen, isDone]) => {
  const { url, call } = await openSandbox({ faults: [parseFault(`createExtension=${name}:1`)] });
  expect(await observe(`${url}/extensions`, create)).toMatchObject(seen);
  const { body } = await call('GET', '/extensions');
  expect(at(body, 'extensions', 1) !== undefined).toBe(isDone);
  expect((await call('POST', '/extensions', { name: 'Next' })).status).toBe(201);
});

/** Lets what has arrived be worked through. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => void setTimeout(resolve, 2));
}

test.each([
  ['stall', false],
  ['silent', false],
  ['silent-after-commit', true],
])('%s never responds', async (name, isDone) => {
  const { url, call, close } = await openSandbox({
    faults: [parseFault(`createExtension=${name}:1`)],
  });
  let ended = false;
  const waiting = observe(`${url}/extensions`, create).then((seen) => {
    ended = true;
    return seen;
  });
  const count = async (): Promise<number> =>
    at((await call('GET', '/extensions')).body, 'extensions', 1) === undefined ? 1 : 2;
  if (isDone) await until(async () => (await count()) === 2);
  expect((await call('POST', '/extensions', { name: 'Next' })).status).toBe(201);
  expect(at((await call('GET', '/extensions')).body, 'extensions', isDone ? 2 : 1, 'name')).toBe(
    'Next',
  );
  expect(ended).toBe(false);
  await close();
  expect(await waiting).toMatchObject({ broken: expect.any(String) });
});

/** Moves the clock forward second by second. @returns how many passed */
async function secondsUntil(isDone: () => boolean, clock: FakeClock): Promise<number> {
  let seconds = 0;
  await until(() => {
    void clock.advance(1000);
    seconds += 1;
    return isDone();
  });
  return seconds;
}

test('slow sends the whole response slowly', async () => {
  const clock = fakeClock({ manual: true });
  const { url } = await openSandbox({ clock, faults: [parseFault('listExtensions=slow@10')] });
  let ended = false;
  const waiting = observe(`${url}/extensions`).then((seen) => {
    ended = true;
    return seen;
  });
  expect(await secondsUntil(() => ended, clock)).toBeGreaterThanOrEqual(10);
  const { status, text } = await waiting;
  expect([status, at(JSON.parse(text ?? ''), 'extensions', 0, 'id')]).toEqual([200, exampleId]);
});

test.each([
  ['slow-commit', { status: 201 }],
  ['late-commit', { broken: expect.any(String) }],
])('%s takes effect later', async (name, seen) => {
  const clock = fakeClock({ manual: true });
  const { url, call } = await openSandbox({
    clock,
    faults: [parseFault(`createExtension=${name}:1@60`)],
  });
  const response = observe(`${url}/extensions`, create);
  const count = async (): Promise<number> =>
    at((await call('GET', '/extensions')).body, 'extensions', 1) === undefined ? 1 : 2;
  if (name === 'late-commit') await response;
  expect(await count()).toBe(1);
  await until(async () => {
    await clock.advance(60_000);
    return (await count()) === 2;
  });
  expect(await response).toMatchObject(seen);
});

test('faults of an endpoint apply in order, and * applies to all endpoints', async () => {
  const { call } = await openSandbox({
    faults: ['listVersions=429:2@30', 'listVersions=ok:1', '*=503:1', 'listVersions=500:1'].map(
      parseFault,
    ),
  });
  const versions = `/extensions/${exampleId}/versions`;
  expect((await call('GET', versions)).headers.get('retry-after')).toBe('30');
  expect((await call('GET', versions)).status).toBe(429);
  expect((await call('GET', versions)).status).toBe(200);
  expect((await call('GET', '/extensions')).status).toBe(503);
  expect((await call('GET', versions)).status).toBe(500);
  expect((await call('GET', versions)).status).toBe(200);
});

test.each([
  [
    'submitVersion=drop-after-commit',
    { endpoint: 'submitVersion', name: 'drop-after-commit', count: undefined, seconds: undefined },
  ],
  ['listVersions=429:2', { endpoint: 'listVersions', name: '429', count: 2, seconds: undefined }],
  ['*=slow@0.5', { endpoint: '*', name: 'slow', count: undefined, seconds: 0.5 }],
  ['*=503:1@30', { endpoint: '*', name: '503', count: 1, seconds: 30 }],
])('parseFault(%s)', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  'submitVersion',
  '=500',
  'listVersions=429:0',
  'listVersions=429:x',
  'toString=500',
  'listVersions=constructor',
])('parseFault refuses %s', async (text) => {
  expect(await problemOf(() => parseFault(text))).toMatchObject({
    kind: 'usage',
    code: 'bad_fault',
  });
});

test('lists each fault with an example that is valid', () => {
  const { faults, endpoints } = listFaults();
  expect(faults.map(({ name }) => name)).toEqual(Object.keys(faultKinds));
  expect(endpoints).toContain('submitVersion');
  for (const { name, example } of faults)
    expect(parseFault(example)).toMatchObject({ name, count: 1 });
});

test('each fault is described', () => {
  for (const { description } of Object.values(faultKinds))
    expect(description.length).toBeGreaterThan(10);
});

test('waits for the latency before each response', async () => {
  const clock = fakeClock({ manual: true });
  const { call } = await openSandbox({ clock, latencyMs: 5000 });
  let ended = false;
  const waiting = call('GET', '/extensions').finally(() => void (ended = true));
  expect(await secondsUntil(() => ended, clock)).toBeGreaterThanOrEqual(5);
  expect((await waiting).status).toBe(200);
});
