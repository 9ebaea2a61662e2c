/** No request of a client ends the sandbox, blocks it or leaves files. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';

const seed = 20_261_129;
const timeout = 15 * 60_000;
const boundary = 'b0und';

/** Sends bytes and returns the status of the response; undefined if the connection just ends. */
function exchange(url: string, head: string, body: Buffer): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const finish = (): void => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      resolve(status === undefined ? undefined : Number(status));
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) finish();
    });
    // A request without a response is a failure, not a test that hangs.
    socket.setTimeout(20_000, finish);
    socket.on('error', finish).on('close', finish);
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  });
}

function uploadHead(length: number): string {
  return [
    `POST /developer/v1/extensions/${exampleId}/versions HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${sandboxKey}`,
    `Content-Type: multipart/form-data; boundary=${boundary}`,
    `Content-Length: ${length}`,
    'Connection: close',
    '\r\n',
  ].join('\r\n');
}

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array).toString('latin1'));

const partName = fc.constantFrom(
  'version',
  'changelog',
  'bundle',
  'x',
  '',
  '__proto__',
  'a"b',
  '\u00ff',
);
const header = fc.oneof(
  partName.map((name) => `Content-Disposition: form-data; name="${name}"`),
  partName.map((name) => `Content-Disposition: form-data; name="${name}"; filename="f"`),
  partName.map((name) => `content-disposition: form-data; name=${name}; filename*=utf-8''%ff%zz`),
  fc.constantFrom(
    'Content-Type: text/plain; charset=no-such-charset',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment',
    'Content-Disposition',
    ': ',
    `X: ${'y'.repeat(90_000)}`,
  ),
  bytes(40),
);
const content = fc.oneof(
  fc.constantFrom('1.3.0', '', '\r\n', '\r\n--b0un', 'x'.repeat(70_000)),
  bytes(300),
);
const part = fc
  .tuple(fc.array(header, { maxLength: 4 }), content)
  .map(([headers, text]) => `${headers.join('\r\n')}\r\n\r\n${text}`);
const form = fc
  .record({
    parts: fc.array(part, { maxLength: 30 }),
    end: fc.constantFrom(
      `\r\n--${boundary}--\r\n`,
      `\r\n--${boundary}`,
      '\r\n--',
      '',
      `--${boundary}--`,
    ),
    start: fc.constantFrom(`--${boundary}\r\n`, `\r\n--${boundary}\r\n`, '', 'preamble'),
    cut: fc.option(fc.nat(3000), { freq: 4 }),
  })
  .map(({ parts, end, start: opening, cut }) => {
    const whole = opening + parts.join(`\r\n--${boundary}\r\n`) + end;
    return Buffer.from(cut === null ? whole : whole.slice(0, cut), 'latin1');
  });

async function expectHealthy(call: TestSandbox['call']): Promise<void> {
  expect((await call('GET', '/extensions')).status).toBe(200);
}

function temporaryFiles(dataDir: string): Promise<readonly string[]> {
  return readdir(join(dataDir, 'tmp'));
}

/** A ustar header; `patch` overwrites bytes of it before the checksum is computed. */
function tarHeader(name: string, size: number, type: string, patch: readonly [number, number][]) {
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 100), 0, 'latin1');
  block.write('0000644\u00000000000\u00000000000\u0000', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\u0000`, 124, 'latin1');
  block.write('00000000000\u0000', 136, 'latin1');
  block.write(`        ${type}`, 148, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  for (const [offset, value] of patch) block[offset] = value;
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

const name = fc.oneof(
  fc.constantFrom('index.html', 'a', 'a/b', '../x', '/etc/x', 'a/', '..', '.', '', 'con', 'A'),
  bytes(100),
);
const entry = fc
  .record({
    name,
    type: fc.constantFrom(
      '0',
      '5',
      '1',
      '2',
      '3',
      '6',
      'x',
      'g',
      'L',
      'K',
      'S',
      'V',
      '7',
      '\u0000',
    ),
    data: fc.oneof(
      bytes(600),
      fc.constantFrom('18 path=../../evil\n', '20 size=9999999999\n', '12 path=ok\n', '999 path=x'),
    ),
    sizeShift: fc.constantFrom(0, 0, 0, 0, 1, -1, 100_000),
    patch: fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { maxLength: 2 }),
  })
  .map(({ name: path, type, data, sizeShift, patch }) => {
    const size = Math.max(0, data.length + sizeShift);
    const padded = Buffer.alloc(Math.ceil(data.length / 512) * 512);
    padded.write(data, 'latin1');
    return Buffer.concat([tarHeader(path, size, type, patch), padded]);
  });
const archive = fc
  .record({
    entries: fc.array(entry, { maxLength: 8 }),
    padding: fc.constantFrom(0, 512, 1024, 100_000),
    flips: fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { maxLength: 3 }),
    tail: bytes(20),
    cut: fc.option(fc.nat(2000), { freq: 5 }),
  })
  .map(({ entries, padding, flips, tail, cut }) => {
    const gzip = gzipSync(Buffer.concat([...entries, Buffer.alloc(padding)]));
    for (const [offset, value] of flips) if (offset < gzip.length) gzip[offset] = value;
    const whole = Buffer.concat([gzip, Buffer.from(tail, 'latin1')]);
    return cut === null ? whole : whole.subarray(0, cut);
  });

/** @param runs inputs of each kind */
export function fuzzSandbox(runs: number): void {
  test('responds to a file part of another name without a closing boundary', async () => {
    const { url, call } = await openSandbox();
    const body = Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="other"; filename="f"\r\n\r\ndata`,
    );
    expect(await exchange(url, uploadHead(body.length), body)).toBe(422);
    await expectHealthy(call);
  });

  test('responds to a form with an oversized header and empty ones', async () => {
    const { url } = await openSandbox();
    const body = Buffer.from(
      `--${boundary}\r\nX: ${'y'.repeat(90_000)}\r\n\r\n1.3.0\r\n--${boundary}\r\n\r\n\r\n` +
        `${'x'.repeat(70_000)}\r\n--${boundary}--\r\n`,
    );
    expect(await exchange(url, uploadHead(body.length), body)).toBe(422);
  });

  test('responds to random multipart bodies', { timeout }, async () => {
    const dataDir = await temporaryDirectory();
    const { url, call } = await openSandbox({ dataDir, maxBundleBytes: 5000 });
    await fc.assert(
      fc.asyncProperty(form, fc.integer({ min: -5, max: 50 }), async (body, extra) => {
        const length = Math.max(0, body.length + (extra > 0 ? 0 : extra));
        const status = await exchange(url, uploadHead(length), body);
        expect([202, 400, 413, 422]).toContain(status);
      }),
      { numRuns: runs, seed },
    );
    await expectHealthy(call);
    expect(await temporaryFiles(dataDir)).toEqual([]);
  });

  test('responds to random archives', { timeout }, async () => {
    const dataDir = await temporaryDirectory();
    const { call, submit } = await openSandbox({ dataDir });
    let patchNumber = 0;
    await fc.assert(
      fc.asyncProperty(archive, async (content) => {
        patchNumber += 1;
        const reply = await submit({
          version: `5.0.${patchNumber}`,
          bundle: new Blob([new Uint8Array(content)]),
        });
        expect([202, 422]).toContain(reply.status);
        if (reply.status === 422) expect(at(reply.body, 'error', 'message')).toMatch(/^bundle: ./);
      }),
      { numRuns: runs, seed },
    );
    await expectHealthy(call);
    expect(await temporaryFiles(dataDir)).toEqual([]);
  });

  test('responds to random requests', { timeout }, async () => {
    const { url, call } = await openSandbox();
    const request = fc
      .record({
        method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'BREW', ''),
        path: fc.oneof(
          fc.constantFrom(
            '/developer/v1/extensions',
            '//',
            '*',
            'http://[',
            '/%',
            '/developer/v1/../..',
          ),
          bytes(60).map((text) => `/developer/v1/${text}`),
        ),
        type: fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain'),
        body: fc.oneof(bytes(200), fc.json(), fc.constant('['.repeat(5000))),
      })
      .map(({ method, path, type, body }) => ({
        head:
          `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
          `Authorization: Bearer ${sandboxKey}\r\nContent-Type: ${type}\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
        body: Buffer.from(body),
      }));
    await fc.assert(
      fc.asyncProperty(request, async ({ head, body }) => {
        expect(await exchange(url, head, body)).toEqual(expect.any(Number));
      }),
      { numRuns: runs, seed },
    );
    await expectHealthy(call);
  });
}
