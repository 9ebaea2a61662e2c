/** Archives by GNU tar, by Python and by hand, good and bad, as the sandbox gets them. */
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ArchiveLimits, readArchive } from '../../src/bundle/read.ts';
import { headerMaker } from '../../src/bundle/tar.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();

/** The paths in an archive, which comes in pieces of `pieceBytes`. */
async function pathsIn(archive: Uint8Array, { limits = {}, pieceBytes = 1 << 16 }: { limits?: Partial<ArchiveLimits>; pieceBytes?: number } = {}): Promise<string[]> {
  const pieces = Array.from({ length: Math.ceil(archive.length / pieceBytes) }, (_piece, index) => archive.subarray(index * pieceBytes, (index + 1) * pieceBytes));
  const paths: string[] = [];
  for await (const { path } of readArchive(Readable.from(pieces), { limits, signal })) paths.push(path);
  return paths;
}

const header = headerMaker(0);
const entry = (path: string, content = ''): Buffer => {
  const body = Buffer.from(content);
  return Buffer.concat([header({ path, sizeBytes: body.length }), body, Buffer.alloc(-body.length & 511)]);
};
const end = Buffer.alloc(1024);
const tar = (...parts: Buffer[]): Buffer => gzipSync(Buffer.concat([...parts, end]));

/** A record with a field changed and its checksum right again. */
function patched(record: Buffer, at: number, text: string): Buffer {
  const copy = Buffer.from(record);
  copy.write(text, at, 'latin1');
  copy.fill(' ', 148, 156);
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}
const typeField = 156;

/** The plain header holds 100 bytes, which with the `./` before it end with a slash. */
const longFolders = `${'folder/'.repeat(16)}index.html`;
const long = `${'d'.repeat(90)}/${'e'.repeat(120)}/ünï.js`;

describe('reads', () => {
  test.each(['gnu', 'ustar', 'pax', 'v7'])('what GNU tar writes in the format %s', async (format) => {
    const names = format === 'gnu' || format === 'pax' ? ['a.js', 'sub/b.js', long, longFolders] : ['a.js', 'sub/b.js'];
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, name.repeat(300)])));
    const archive = execFileSync('tar', [`--format=${format}`, '-czf', '-', '-C', folder, '.'], { maxBuffer: 2 ** 24 });
    expect((await pathsIn(archive)).toSorted()).toEqual(names.toSorted());
  });

  test('byte by byte, too', async () => {
    const archive = tar(entry('a.js', 'a'), entry(long, 'x'.repeat(2000)));
    expect(await pathsIn(archive, { pieceBytes: 1 })).toEqual(['a.js', long]);
  });

  test('names that only begin alike, and the longest path', async () => {
    const paths = ['x', 'x.js', 'x-y/z', 'y/x', `${'a/'.repeat(2047)}bb`];
    expect(await pathsIn(tar(...paths.map((path) => entry(path))))).toEqual(paths);
  });

  test('a global header, as git archive writes it, and zeros after the end', async () => {
    const global = patched(entry('pax_global_header', '52 comment=0123456789012345678901234567890123456789\n'), typeField, 'g');
    expect(await pathsIn(tar(global, entry('a.js'), end, end))).toEqual(['a.js']);
  });

  test('sizes beyond 8 GiB', async () => {
    const sizeBytes = 9 * 1024 ** 3;
    const archive = gzipSync(Buffer.concat([header({ path: 'huge.bin', sizeBytes }), end]));
    const entries = readArchive(Readable.from([archive]), { limits: { maxContentBytes: sizeBytes }, signal });
    expect(await problemOf(() => entries.next())).toMatchObject({ code: 'archive_truncated', message: expect.stringContaining('"huge.bin"') });
    expect(execFileSync('python3', ['-c', 'import sys,tarfile;print(tarfile.open(fileobj=sys.stdin.buffer,mode="r|gz").next().size)'], { input: archive, encoding: 'utf8' }).trim()).toBe(String(sizeBytes));
  });
});

describe('refuses', () => {
  const good = tar(entry('a.js', 'x'.repeat(5000)), entry('b.js', 'b'));
  const cases: Readonly<Record<string, readonly [code: string, archive: Uint8Array, limits?: Partial<ArchiveLimits>]>> = {
    'nothing at all': ['archive_not_gzip', Buffer.alloc(0)],
    'one byte': ['archive_not_gzip', Buffer.from('x')],
    'a zip': ['archive_not_gzip', Buffer.from('PK\u0003\u0004 and so on')],
    'a tar without gzip': ['archive_not_gzip', Buffer.concat([entry('a.js'), end])],
    'gzip of a text': ['archive_not_tar', gzipSync('hello')],
    'gzip of a long text': ['archive_not_tar', gzipSync('hello '.repeat(1000))],
    'gzip in gzip': ['archive_not_tar', gzipSync(good)],
    'a cut gzip': ['archive_truncated', good.subarray(0, -20)],
    'a cut trailer': ['archive_truncated', good.subarray(0, -1)],
    'a damaged gzip': ['archive_corrupt', Buffer.concat([good.subarray(0, 30), Buffer.from([0xff, 0xff]), good.subarray(32)])],
    'a wrong checksum': ['archive_corrupt', Buffer.concat([good.subarray(0, -8), Buffer.alloc(4), good.subarray(-4)])],
    'something after it': ['archive_corrupt', Buffer.concat([good, Buffer.from('something')])],
    'zeros after it': ['archive_trailing_data', Buffer.concat([good, Buffer.alloc(9)])],
    'a second archive after it': ['archive_trailing_data', Buffer.concat([good, good])],
    'a tar that goes on after its end': ['archive_trailing_data', tar(entry('a.js'), end, entry('b.js'))],
    'a tar that is cut in a file': ['archive_truncated', gzipSync(entry('a.js', 'x'.repeat(600)).subarray(0, 1024))],
    'a tar without an end': ['archive_truncated', gzipSync(entry('a.js'))],
    'a damaged header': ['archive_corrupt', tar(entry('a.js'), Buffer.alloc(512, 'x'))],
    'no files': ['archive_empty', tar()],
    'only folders': ['archive_empty', tar(patched(entry('sub/'), typeField, '5'))],
    'an absolute path': ['archive_path_unsafe', tar(entry('/etc/passwd'))],
    'a path of a drive': ['archive_path_unsafe', tar(entry('C:/x'))],
    'a path that leads out': ['archive_path_unsafe', tar(entry('a/../../x'))],
    'a path that leads out, after a dot': ['archive_path_unsafe', tar(entry('./../x'))],
    'a folder that leads out': ['archive_path_unsafe', tar(patched(entry('../'), typeField, '5'))],
    'a backslash': ['archive_path_unsafe', tar(entry('..\\x'))],
    'a control character': ['archive_path_unsafe', tar(entry('a\u001b[2J'))],
    'a long path that leads out': ['archive_path_unsafe', tar(entry(`${'ü/'.repeat(200)}../x`))],
    'a symbolic link': ['archive_entry_type', tar(patched(patched(entry('link'), 157, '/etc'), typeField, '2'))],
    'a hard link': ['archive_entry_type', tar(patched(patched(entry('link'), 157, 'a'), typeField, '1'))],
    'a device': ['archive_entry_type', tar(patched(entry('null'), typeField, '3'))],
    'a FIFO': ['archive_entry_type', tar(patched(entry('pipe'), typeField, '6'))],
    'an unknown kind': ['archive_entry_type', tar(patched(entry('what'), typeField, 'Z'))],
    'a path twice': ['archive_duplicate_path', tar(entry('a.js'), entry('./a.js'))],
    'a path as a file, then as a folder': ['archive_path_clash', tar(entry('x/y'), entry('x/y/a/b'))],
    'a path as a folder, then as a file': ['archive_path_clash', tar(entry('x/y'), entry('z'), entry('./x'))],
    'a path that no system takes': ['archive_path_unsafe', tar(entry('a/'.repeat(2048) + 'b'))],
    'an extended header without end': ['archive_corrupt', tar(patched(header({ path: 'x', sizeBytes: 2 ** 30 }), typeField, 'x'))],
    'too many entries': ['archive_too_many_entries', tar(entry('a'), entry('b'), entry('c')), { maxEntries: 2 }],
    'a bomb': ['archive_too_large', tar(entry('zeros', '0'.repeat(3_000_000))), { maxContentBytes: 2_000_000 }],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, archive, limits]) => {
    expect(await problemOf(() => pathsIn(archive, limits === undefined ? {} : { limits }))).toMatchObject({ kind: 'refused', code, message: expect.stringMatching(/^The archive .*\.$/) });
  });

  test.each(['link', 'pipe'])('names the entry: %s', async (name) => {
    const problem = await problemOf(() => pathsIn(tar(entry('a.js'), patched(entry(name), typeField, '6'))));
    expect(problem.message).toContain(`"${name}"`);
  });
});

describe('gives on, as they are,', () => {
  test('errors of the source', async () => {
    const broken = new Error('the connection broke');
    async function* source(): AsyncGenerator<Buffer> {
      yield gzipSync(Buffer.alloc(100)).subarray(0, 12);
      throw broken;
    }
    await expect(readArchive(source(), { signal }).next()).rejects.toBe(broken);
  });

  test('the reason of an abort, also while nothing comes', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const entries = readArchive(new Readable({ read: () => setImmediate(() => controller.abort(reason)) }), { signal: controller.signal });
    await expect(entries.next()).rejects.toBe(reason);
  });
});
