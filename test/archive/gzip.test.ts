/** What the reader of a bundle accepts as gzip, and when it releases its source. */
import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../src/archive/verify.ts';
import { problemOf } from '../support/problem-of.ts';
import { end, entriesIn, entry, tar } from './tars.ts';

const { signal } = new AbortController();
const good = tar(entry('a.js', 'x'.repeat(5000)), entry('b.js', 'b'));

describe('refuses', () => {
  const cases: Readonly<Record<string, readonly [code: string, archive: Uint8Array]>> = {
    'nothing at all': ['archive_not_gzip', Buffer.alloc(0)],
    'one byte': ['archive_not_gzip', Buffer.from('x')],
    'a zip': ['archive_not_gzip', Buffer.from('PK\u0003\u0004 and so on')],
    'a .Z file, whose header resembles gzip': [
      'archive_not_gzip',
      Buffer.from([0x1f, 0x9d, 0x90, 0]),
    ],
    'a header of which only the second byte is that of gzip': [
      'archive_not_gzip',
      Buffer.from([0x1e, 0x8b, 8, 0]),
    ],
    'a tar without gzip': ['archive_not_gzip', Buffer.concat([entry('a.js'), end])],
    'a truncated gzip': ['archive_truncated', good.subarray(0, -20)],
    'a truncated trailer': ['archive_truncated', good.subarray(0, -1)],
    'a damaged gzip': [
      'archive_corrupt',
      Buffer.concat([good.subarray(0, 30), Buffer.from([0xff, 0xff]), good.subarray(32)]),
    ],
    'a wrong checksum': [
      'archive_corrupt',
      Buffer.concat([good.subarray(0, -8), Buffer.alloc(4), good.subarray(-4)]),
    ],
    'trailing data': ['archive_corrupt', Buffer.concat([good, Buffer.from('something')])],
    'zeros and other trailing data': [
      'archive_trailing_data',
      Buffer.concat([good, Buffer.alloc(100_000), Buffer.from('something')]),
    ],
    'a second archive after the first': ['archive_trailing_data', Buffer.concat([good, good])],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, archive]) => {
    expect(await problemOf(() => entriesIn(archive))).toMatchObject({
      kind: 'refused',
      code,
    });
  });
});

describe('accepts, as gzip does,', () => {
  test.each([0, 1, 512, 300_000])('%d trailing zeros', async (count) => {
    expect(await entriesIn(Buffer.concat([good, Buffer.alloc(count)]))).toHaveLength(2);
  });

  test('a tar in several members', async () => {
    const bytes = gunzipSync(good);
    const members = [bytes.subarray(0, 700), Buffer.alloc(0), bytes.subarray(700)].map((part) =>
      gzipSync(part),
    );
    expect(await entriesIn(Buffer.concat(members))).toHaveLength(2);
  });
});

describe('passes through unchanged', () => {
  test.each([undefined, 'ECONNRESET'])('errors of the source, with the code %s', async (code) => {
    const broken = Object.assign(new Error('the connection broke'), { code });
    async function* source(): AsyncGenerator<Buffer> {
      yield gzipSync(Buffer.alloc(100)).subarray(0, 12);
      throw broken;
    }
    await expect(readArchive(source(), { signal }).next()).rejects.toBe(broken);
  });

  test('the reason of an abort, even while no data arrives', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const entries = readArchive(
      new Readable({ read: () => process.nextTick(() => controller.abort(reason)) }),
      { signal: controller.signal },
    );
    await expect(entries.next()).rejects.toBe(reason);
  });
});

describe('releases the source and the signal', () => {
  const ends: Readonly<
    Record<
      string,
      readonly [first: Buffer, read: (entries: AsyncIterableIterator<unknown>) => Promise<unknown>]
    >
  > = {
    'when the reader stops': [
      entry('a.js'),
      (entries) => entries.next().then(() => entries.return?.()),
    ],
    'when something is refused': [
      entry('/etc/passwd'),
      (entries) => problemOf(() => entries.next()),
    ],
    'when the gzip is damaged': [Buffer.alloc(0), (entries) => problemOf(() => entries.next())],
  };

  test.each(Object.entries(ends))('%s', async (_when, [first, read]) => {
    const { signal: own } = new AbortController();
    const bytes =
      first.length === 0
        ? Buffer.from('not gzip')
        : gzipSync(Buffer.concat([first, entry('z.bin', randomBytes(100_000))])).subarray(
            0,
            90_000,
          );
    // It never ends.
    const source = new Readable({ read: () => undefined });
    source.push(bytes);
    await read(readArchive(source, { signal: own }));
    await setImmediate();
    expect(source.destroyed).toBe(true);
    expect(getEventListeners(own, 'abort')).toEqual([]);
  });

  test('when all is read', async () => {
    const { signal: own } = new AbortController();
    const entries = readArchive(Readable.from([tar(entry('a.js'))]), { signal: own });
    expect([await entries.next(), await entries.next()]).toEqual([
      { done: false, value: { path: 'a.js', sizeBytes: 0 } },
      { done: true, value: undefined },
    ]);
    expect(getEventListeners(own, 'abort')).toEqual([]);
  });
});
