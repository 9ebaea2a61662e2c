import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { goodBundle } from './bundles.ts';
import { fakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';

function createRequest(name: string): RequestInit {
  return { body: JSON.stringify({ name }), headers: { 'content-type': 'application/json' } };
}

function versionRequest(version: string, changelog = 'Fixed.', bundle: Blob = goodBundle) {
  const body = new FormData();
  body.append('version', version);
  body.append('changelog', changelog);
  body.append('bundle', bundle);
  return { body };
}

const tar = gunzipSync(new Uint8Array(await goodBundle.arrayBuffer()));
const otherBundle = new Blob([new Uint8Array(gzipSync(tar, { level: 1 }))]);

const versionsPath = `/extensions/${exampleId}/versions`;

async function post(
  { url }: TestSandbox,
  path: string,
  { headers = {}, ...request }: RequestInit,
  key: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, {
    method: 'POST',
    ...request,
    headers: {
      authorization: `Bearer ${sandboxKey}`,
      'idempotency-key': key,
      ...Object.fromEntries(new Headers(headers)),
    },
  });
  return { status: response.status, body: await response.json() };
}

async function countOf({ call }: TestSandbox, path: string, field: string): Promise<number> {
  const list = at((await call('GET', path)).body, field);
  return Array.isArray(list) ? list.length : 0;
}

test('repeats the response to the same create request', async () => {
  const started = await openSandbox();
  const first = await post(started, '/extensions', createRequest('Clock'), 'key-1');
  expect(first.status).toBe(201);
  expect(await post(started, '/extensions', createRequest('Clock'), 'key-1')).toEqual(first);
  expect(await countOf(started, '/extensions', 'extensions')).toBe(2);
  const second = await post(started, '/extensions', createRequest('Clock'), 'key-2');
  expect(at(second.body, 'extension', 'id')).not.toBe(at(first.body, 'extension', 'id'));
});

test('repeats the response to the same upload, whose boundary differs', async () => {
  const dataDir = await temporaryDirectory();
  const started = await openSandbox({ dataDir });
  const first = await post(started, versionsPath, versionRequest('1.3.0'), 'key-1');
  expect(first.status).toBe(202);
  expect(await post(started, versionsPath, versionRequest('1.3.0'), 'key-1')).toEqual(first);
  expect(await countOf(started, versionsPath, 'versions')).toBe(2);
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
});

test.each([
  ['another version', versionRequest('1.4.0')],
  ['another changelog', versionRequest('1.3.0', 'Other.')],
  ['another bundle', versionRequest('1.3.0', 'Fixed.', otherBundle)],
])('refuses a used key for %s', async (_what, request) => {
  const started = await openSandbox();
  await post(started, versionsPath, versionRequest('1.3.0'), 'key-1');
  const reply = await post(started, versionsPath, request, 'key-1');
  expect(reply).toMatchObject({ status: 422, body: { error: { code: 'validation_error' } } });
  expect(await countOf(started, versionsPath, 'versions')).toBe(2);
});

test("doesn't remember a refused request", async () => {
  const started = await openSandbox();
  const used = await post(started, versionsPath, versionRequest('1.2.0'), 'key-1');
  expect(used.status).toBe(422);
  const next = await post(started, versionsPath, versionRequest('1.3.0'), 'key-1');
  expect(next.status).toBe(202);
});

test('keeps the keys of different endpoints apart', async () => {
  const started = await openSandbox();
  await post(started, '/extensions', createRequest('Clock'), 'key-1');
  expect((await post(started, versionsPath, versionRequest('1.3.0'), 'key-1')).status).toBe(202);
});

test.each(['', 'k'.repeat(256)])('refuses the key "%s"', async (key) => {
  const started = await openSandbox();
  expect((await post(started, '/extensions', createRequest('Clock'), key)).status).toBe(422);
});

test("a repeated request doesn't create a second one after a late commit", async () => {
  const clock = fakeClock({ manual: true });
  const started = await openSandbox({
    clock,
    faults: [parseFault('createExtension=late-commit:1@4')],
  });
  await expect(
    post(started, '/extensions', createRequest('Clock'), 'key-1'),
  ).rejects.toBeInstanceOf(Error);
  const second = await post(started, '/extensions', createRequest('Clock'), 'key-1');
  expect(second.status).toBe(201);
  await clock.advance(4000);
  await new Promise((resolve) => void setTimeout(resolve, 50));
  expect(await countOf(started, '/extensions', 'extensions')).toBe(2);
});

test('ten concurrent uploads with one key get the same response', async () => {
  const started = await openSandbox();
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => post(started, versionsPath, versionRequest('1.3.0'), 'key')),
  );
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  expect(replies[0]?.status).toBe(202);
});
