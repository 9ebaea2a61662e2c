import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { badBundles, goodBundle } from './bundles.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const versions = `/extensions/${exampleId}/versions`;

test.each(['1.3.0', '1.3.0-rc.1', '1.3.0+build.5', '10.20.30-a.b-c+d'])(
  'accepts a bundle for %s',
  async (version) => {
    const { call, submit } = await openSandbox();
    const reply = await submit({ version, bundle: goodBundle });
    expect(reply).toMatchObject({ status: 202, body: { version: { version, status: 'pending' } } });
    const listed = await call('GET', versions);
    expect(at(listed.body, 'versions', 0)).toEqual({
      id: at(reply.body, 'version', 'id'),
      version,
      status: 'pending',
      bundleSizeBytes: goodBundle.size,
      submittedAt: '2026-05-01T12:00:00Z',
    });
  },
);

test.each(Object.entries(badBundles))(
  'refuses a bundle with %s',
  async (_what, [bundle, words]) => {
    const { call, submit } = await openSandbox();
    const { body } = await submit({ version: '1.3.0', bundle });
    expect(body).toMatchObject({
      error: { code: 'validation_error', status: 422, message: expect.stringMatching(/^bundle: /) },
    });
    expect(at(body, 'error', 'message')).toContain(words);
    expect(at((await call('GET', versions)).body, 'versions', 1)).toBeUndefined();
  },
);

test('refuses a truncated bundle', async () => {
  const { submit } = await openSandbox();
  expect(
    (await submit({ version: '1.3.0', bundle: goodBundle.slice(0, goodBundle.size - 9) })).status,
  ).toBe(422);
});

test.each([
  ['no version', { bundle: goodBundle }, 422, 'version: '],
  ['an empty version', { version: '', bundle: goodBundle }, 422, 'version: '],
  ['a "v"', { version: 'v1.3.0', bundle: goodBundle }, 422, 'version: '],
  ['two numbers', { version: '1.3', bundle: goodBundle }, 422, 'version: '],
  ['blanks', { version: ' 1.3.0', bundle: goodBundle }, 422, 'version: '],
  ['a leading zero', { version: '1.03.0', bundle: goodBundle }, 422, 'version: '],
  ['a path as version', { version: '1.3.0-../../x', bundle: goodBundle }, 422, 'version: '],
  [
    'a very long version',
    { version: `1.3.0-${'a'.repeat(200)}`, bundle: goodBundle },
    422,
    'version: ',
  ],
  ['no bundle', { version: '1.3.0' }, 422, 'bundle: '],
  ['a bundle that is text', { version: '1.3.0', bundle: 'text' }, 422, 'bundle: '],
  [
    'an oversized changelog',
    { version: '1.3.0', changelog: 'x'.repeat(70_000), bundle: goodBundle },
    422,
    'changelog: ',
  ],
  ['a version that exists', { version: '1.2.0', bundle: goodBundle }, 422, 'version: '],
  [
    'a bundle above the limit',
    { version: '1.3.0', bundle: new Blob(['x'.repeat(3000)]) },
    413,
    'limit of 2000 bytes',
  ],
])(
  'refuses a form with %s',
  async (_what, fields: Record<string, string | Blob>, status, words) => {
    const { submit } = await openSandbox({ maxBundleBytes: 2000 });
    expect((await submit(fields)).body).toMatchObject({
      error: { status, message: expect.stringContaining(words) },
    });
  },
);

test('refuses a form with too many parts', async () => {
  const { submit } = await openSandbox();
  const others = Object.fromEntries(
    Array.from({ length: 18 }, (_part, index) => [`other${index}`, 'x']),
  );
  expect((await submit({ ...others, version: '1.3.0', bundle: goodBundle })).status).toBe(202);
  const form = { ...others, more: 'x', version: '1.4.0', bundle: goodBundle };
  const { status, body } = await submit(form);
  expect({ status, code: at(body, 'error', 'code') }).toEqual({
    status: 422,
    code: 'validation_error',
  });
});

test.each([
  ['is within the limit', 81_000, 202, ''],
  ['is beyond it', 82_000, 422, 'body: '],
  ['is far beyond it', 3_000_000, 422, 'body: '],
])('a part header that %s', async (_what, sizeBytes, status, words) => {
  const { url } = await openSandbox();
  const bundle = Buffer.from(await goodBundle.arrayBuffer());
  const disposition = 'Content-Disposition: form-data; name=';
  const head =
    `--abc\r\n${disposition}"version"\r\n\r\n1.3.0\r\n--abc\r\n` +
    `X-Padding: ${'x'.repeat(sizeBytes)}\r\n${disposition}"bundle"; filename="b"\r\n\r\n`;
  const headers = {
    authorization: `Bearer ${sandboxKey}`,
    'content-type': 'multipart/form-data; boundary=abc',
  };
  const response = await fetch(url + versions, {
    method: 'POST',
    headers,
    body: Buffer.concat([Buffer.from(head), bundle, Buffer.from('\r\n--abc--\r\n')]),
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(words);
});

test('reads a part with thousands of small headers', async () => {
  const { url } = await openSandbox();
  const body =
    `--abc\r\n${'A:b\r\n'.repeat(3000)}Content-Disposition: form-data; name="version"\r\n\r\n` +
    '1.3\r\n--abc--\r\n';
  const headers = {
    authorization: `Bearer ${sandboxKey}`,
    'content-type': 'multipart/form-data; boundary=abc',
  };
  expect(await (await fetch(url + versions, { method: 'POST', headers, body })).text()).toContain(
    'version: must be a semantic version',
  );
});

test.each([
  ['no preamble', '', 'version: must be'],
  ['an empty preamble', '\r\n', 'version: must be'],
  ['a preamble that contains the boundary', 'see --abc below\r\n', 'version: must be'],
  ['text before the boundary on its line', 'see ', 'version: is required'],
])('reads a form with %s and an epilogue', async (_what, preamble, words) => {
  const { url } = await openSandbox();
  const form = '--abc\r\nContent-Disposition: form-data; name="version"\r\n\r\n1.3\r\n--abc--\r\n';
  const headers = {
    authorization: `Bearer ${sandboxKey}`,
    'content-type': 'multipart/form-data; boundary=abc',
  };
  const sent = request(url + versions, { method: 'POST', headers });
  // Several chunks
  for (const part of [preamble, form, 'epilogue\r\n']) {
    if (part !== '') sent.write(part);
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  const [response] = await once(sent.end(), 'response');
  expect(await text(response)).toContain(words);
});

test("responds 500 if it can't write the bundle", async () => {
  const dataDir = await temporaryDirectory();
  const { submit } = await openSandbox({ dataDir });
  await writeFile(join(dataDir, 'bundles'), 'not a directory');
  expect(await submit({ version: '1.3.0', bundle: goodBundle })).toMatchObject({
    status: 500,
    body: { error: { code: 'internal_error' } },
  });
});

test('stores nothing of refused uploads', async () => {
  const dataDir = await temporaryDirectory();
  const { submit } = await openSandbox({ dataDir, maxBundleBytes: 2000 });
  await submit({ bundle: goodBundle });
  await submit({ version: '1.3.0', bundle: new Blob(['x'.repeat(3000)]) });
  await submit({ version: '1.3.0', changelog: 'x'.repeat(70_000), bundle: goodBundle });
  expect(await readdir(dataDir)).not.toContain('bundles');
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
});

test('accepts one of ten simultaneous uploads of a version', async () => {
  const { call, submit } = await openSandbox();
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => submit({ version: '1.3.0', bundle: goodBundle })),
  );
  expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 422)).toHaveLength(9);
  expect(at((await call('GET', versions)).body, 'versions', 2)).toBeUndefined();
});

test.each([
  ['text/plain', 'Content-Type: '],
  ['multipart/form-data', 'Content-Type: '],
  ['multipart/form-data; boundary=abc', 'body: '],
])("refuses a body of type %s that isn't a form", async (contentType, words) => {
  const { url } = await openSandbox();
  const headers = { authorization: `Bearer ${sandboxKey}`, 'content-type': contentType };
  const response = await fetch(url + versions, {
    method: 'POST',
    headers,
    body: '--abc\r\nContent-Disposition: form-data; name="version"\r\n\r\n1.3',
  });
  expect(response.status).toBe(422);
  expect(await response.text()).toContain(words);
});

test.each(['keep-alive', 'close'])(
  'refuses before the body is sent, and keeps reading it: %s',
  async (connection) => {
    const { url } = await openSandbox();
    const sizeBytes = 200 * 1024 * 1024;
    const headers = {
      authorization: `Bearer ${sandboxKey}`,
      connection,
      'content-type': 'multipart/form-data; boundary=abc',
      'content-length': String(sizeBytes),
    };
    const sent = request(url + versions, { method: 'POST', headers });
    sent.flushHeaders();
    const status = await new Promise((resolve, reject) => {
      sent.on('response', (response) => resolve(response.statusCode)).on('error', reject);
    });
    expect(status).toBe(413);
    for (let count = 0; count < 16; count += 1)
      await new Promise<void>(
        (resolve, reject) =>
          void sent.write(Buffer.alloc(1024 * 1024), (error) =>
            error ? reject(error) : resolve(),
          ),
      );
    sent.destroy();
  },
);
