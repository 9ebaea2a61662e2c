import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { decodeText, decodeUtf8, readInput, readRegularFile } from '../../src/input/bytes.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isWindows } from '../support/platform.ts';

const maxBytes = 8;

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(1024);
}

describe('readInput', () => {
  test('reads stdin in any chunks', async () => {
    const stream = Readable.from([Buffer.from([0, 255]), Buffer.alloc(0), Buffer.from([10])]);
    expect([...(await readInput({ kind: 'stdin', stream }, { maxBytes }))]).toEqual([0, 255, 10]);
  });

  test.each([
    ['8 bytes are read', '12345678', '12345678'],
    ['an empty file is read', '', ''],
  ])('%s', async (_, content, expected) => {
    const directory = await temporaryDirectory({ file: content });
    expect(
      (await readInput({ kind: 'file', path: join(directory, 'file') }, { maxBytes })).toString(),
    ).toBe(expected);
  });

  test.skipIf(isWindows)('waits for the writer of a FIFO', async () => {
    const path = join(await temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [path]);
    const reading = readInput({ kind: 'file', path }, { maxBytes });
    await writeFile(path, 'piped');
    expect((await reading).toString()).toBe('piped');
  });

  test.each([
    ['it is missing', 'absent', 'no_such_file'],
    ['a part of its path is a file', 'large/below', 'no_such_file'],
    ['it is a directory', 'directory', 'not_a_file'],
    ['it is too large', 'large', 'input_too_large'],
  ])('refuses a file when %s', async (_, name, code) => {
    const directory = await temporaryDirectory({ large: '123456789' });
    await mkdir(join(directory, 'directory'));
    const problem = await problemOf(() =>
      readInput({ kind: 'file', path: join(directory, name) }, { maxBytes }),
    );
    expect(problem).toMatchObject({ kind: 'refused', code });
    // A path that doesn't exist may be a misplaced value.
    expect(problem.message.includes(name)).toBe(code !== 'no_such_file');
  });

  test('stops reading an endless stdin at the limit', async () => {
    const stream = Readable.from(endless());
    const problem = await problemOf(() => readInput({ kind: 'stdin', stream }, { maxBytes: 4096 }));
    expect(problem).toMatchObject({ code: 'input_too_large' });
    expect(stream.destroyed).toBe(true);
  });

  test.each(['before', 'while'])('is interrupted %s it reads a silent stdin', async (when) => {
    const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
    const abort = new AbortController();
    if (when === 'before') abort.abort(reason);
    const reading = readInput(
      { kind: 'stdin', stream: new PassThrough() },
      { maxBytes, signal: abort.signal },
    );
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});

describe('readRegularFile', () => {
  test.each(['absent', 'file/below'])('returns nothing for %s', async (name) => {
    const directory = await temporaryDirectory({ file: '1' });
    expect(readRegularFile(join(directory, name), maxBytes)).toBeUndefined();
  });

  test.skipIf(isWindows)("refuses a directory, and doesn't wait for a FIFO", async () => {
    const directory = await temporaryDirectory();
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    for (const path of [directory, join(directory, 'pipe')]) {
      expect(await problemOf(() => readRegularFile(path, maxBytes))).toMatchObject({
        kind: 'refused',
        code: 'not_a_file',
        message: expect.stringContaining(path),
      });
    }
  });
});

describe('decoding', () => {
  test.each([
    ['a truncated sequence', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0x66, 0xfc, 0x72]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ])('refuses %s', async (_, bytes) => {
    expect(await problemOf(() => decodeUtf8(Buffer.from(bytes), '.env'))).toMatchObject({
      kind: 'refused',
      code: 'invalid_utf8',
      message: expect.stringContaining('.env'),
    });
  });

  test('keeps a byte order mark in a value and drops one in a text', () => {
    const bytes = Buffer.from('\uFEFFa\uFEFF\0');
    expect(decodeUtf8(bytes, 'it')).toBe('\uFEFFa\uFEFF\0');
    expect(decodeText(bytes, 'it')).toBe('a\uFEFF\0');
  });
});

test('reports that a file is UTF-16', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x61, 0x00]);
  expect((await problemOf(() => decodeUtf8(bytes, '.env'))).message).toContain('UTF-16');
});

test("refuses a stdin that isn't readable", async () => {
  const broken = Object.assign(new Error('bad file descriptor, read'), { code: 'EBADF' });
  const stream = new Readable({ read: () => void stream.destroy(broken) });
  expect(await problemOf(() => readInput({ kind: 'stdin', stream }, { maxBytes }))).toMatchObject({
    kind: 'refused',
    code: 'unreadable_file',
    message: expect.stringContaining('EBADF'),
  });
});
