/** What is gzip to the bundle's reader and what is not, and how it lets go of its source. */
import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../src/archive/verify.ts';
import { problemOf } from '../support/problem-of.ts';
import { end, entriesIn, entry, tar } from './tars.ts';

const { signal } = new AbortController();
const good = tar(entry('a.js', 'x'.repeat(5000)), entry('b.js', 'b'));

describe('refuses', () => {
  const cases: Readonly<
    Record<string, readonly [code: string, message: string, archive: Uint8Array]>
  > = {
    'nothing at all': ['archive_not_gzip', 'is empty', Buffer.alloc(0)],
    'one byte': ['archive_not_gzip', 'is not a gzip file', Buffer.from('x')],
    'a zip': ['archive_not_gzip', 'is not a gzip file', Buffer.from('PK\u0003\u0004 and so on')],
    'a .Z, which begins almost like gzip': [
      'archive_not_gzip',
      'is not a gzip file',
      Buffer.from([0x1f, 0x9d, 0x90, 0]),
    ],
    'bytes of which only the second is that of gzip': [
      'archive_not_gzip',
      'is not a gzip file',
      Buffer.from([0x1e, 0x8b, 8, 0]),
    ],
    'a tar without gzip': [
      'archive_not_gzip',
      'is not a gzip file',
      Buffer.concat([entry('a.js'), end]),
    ],
    'a cut gzip': ['archive_truncated', 'ends too early', good.subarray(0, -20)],
    'a cut trailer': ['archive_truncated', 'ends too early', good.subarray(0, -1)],
    'a damaged gzip': [
      'archive_corrupt',
      "is damaged: its gzip stream can't be unpacked",
      Buffer.concat([good.subarray(0, 30), Buffer.from([0xff, 0xff]), good.subarray(32)]),
    ],
    'a wrong checksum': [
      'archive_corrupt',
      "is damaged: its gzip stream can't be unpacked",
      Buffer.concat([good.subarray(0, -8), Buffer.alloc(4), good.subarray(-4)]),
    ],
    'something after it': [
      'archive_corrupt',
      "is damaged: its gzip stream can't be unpacked",
      Buffer.concat([good, Buffer.from('something')]),
    ],
    'zeros after it': [
      'archive_trailing_data',
      'is followed by something that is not gzip',
      Buffer.concat([good, Buffer.alloc(9)]),
    ],
    'a second archive after it': [
      'archive_trailing_data',
      'goes on after its end mark',
      Buffer.concat([good, good]),
    ],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, message, archive]) => {
    expect(await problemOf(() => entriesIn(archive))).toMatchObject({
      kind: 'refused',
      code,
      message: `The archive ${message}.`,
    });
  });
});

describe('gives on, as they are,', () => {
  test.each([undefined, 'ECONNRESET'])('errors of the source, with the code %s', async (code) => {
    const broken = Object.assign(new Error('the connection broke'), { code });
    async function* source(): AsyncGenerator<Buffer> {
      yield gzipSync(Buffer.alloc(100)).subarray(0, 12);
      throw broken;
    }
    await expect(readArchive(source(), { signal }).next()).rejects.toBe(broken);
  });

  test('the reason of an abort, also while nothing comes', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const entries = readArchive(
      new Readable({ read: () => process.nextTick(() => controller.abort(reason)) }),
      { signal: controller.signal },
    );
    await expect(entries.next()).rejects.toBe(reason);
  });
});

describe('lets go of the source and of the signal', () => {
  const ends: Readonly<
    Record<
      string,
      readonly [first: Buffer, read: (entries: AsyncIterableIterator<unknown>) => Promise<unknown>]
    >
  > = {
    'when the reader has seen enough': [
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
        : gzipSync(Buffer.concat([first, randomBytes(100_000)])).subarray(0, 90_000);
    // It comes to no end by itself.
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
