/** Archives by GNU tar, by Python and by hand, good and bad, as the sandbox gets them. */
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ArchiveLimits, readArchive } from '../../src/archive/verify.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { hasGnuTar, isInstalled } from '../support/programs.ts';
import { end, entriesIn, entry, header, patched, pax, sizeField, tar, typeField } from './tars.ts';

const { signal } = new AbortController();

async function pathsIn(...archive: Parameters<typeof entriesIn>): Promise<string[]> {
  return (await entriesIn(...archive)).map(({ path }) => path);
}

/** A plain header contains 100 bytes; with the `./` prefix they end with a slash. */
const longDirectories = `${'directory/'.repeat(16)}index.html`;
const long = `${'d'.repeat(90)}/${'e'.repeat(120)}/ünï.js`;

describe('reads', () => {
  test.skipIf(!hasGnuTar).each(['gnu', 'ustar', 'pax', 'v7'])(
    'what GNU tar writes in the format %s',
    async (format) => {
      const names =
        format === 'gnu' || format === 'pax'
          ? ['a.js', 'sub/b.js', long, longDirectories]
          : ['a.js', 'sub/b.js'];
      const directory = await temporaryDirectory(
        Object.fromEntries(names.map((name) => [name, name.repeat(300)])),
      );
      const archive = execFileSync(
        'tar',
        [`--format=${format}`, '-czf', '-', '-C', directory, '.'],
        {
          maxBuffer: 2 ** 24,
        },
      );
      expect((await pathsIn(archive)).toSorted()).toEqual(names.toSorted());
    },
  );

  test('byte by byte, too', async () => {
    const archive = tar(entry('a.js', 'a'), entry(long, 'x'.repeat(2000)));
    expect(await pathsIn(archive, { pieceBytes: 1 })).toEqual(['a.js', long]);
  });

  test('names with a common prefix, and the longest path', async () => {
    const paths = ['x', 'x.js', 'x-y/z', 'y/x', `${'a/'.repeat(2047)}bb`];
    expect(await pathsIn(tar(...paths.map((path) => entry(path))))).toEqual(paths);
  });

  test('a global header, as git archive writes it, and zeros after the end', async () => {
    const global = patched(
      entry('pax_global_header', '52 comment=0123456789012345678901234567890123456789\n'),
      typeField,
      'g',
    );
    expect(await pathsIn(tar(global, entry('a.js'), end, end))).toEqual(['a.js']);
  });

  test.skipIf(!hasGnuTar)('the label of a volume, and attributes in pax headers', async () => {
    const directory = await temporaryDirectory({ 'a.js': '' });
    const labelled = execFileSync('tar', ['-V', 'label', '-czf', '-', '-C', directory, 'a.js']);
    expect(await pathsIn(labelled)).toEqual(['a.js']);
    const attributes = pax('SCHILY.xattr.com.apple.provenance=\u0001\u0000\n\u0002');
    expect(await pathsIn(tar(attributes, entry('a.js')))).toEqual(['a.js']);
  });

  test.each([
    ['a name after dots and slashes', [entry('././/a.js')], 'a.js'],
    ['a dot in the middle', [entry('a//./b.js')], 'a/b.js'],
    ['a name that ends with a dot', [entry('a.')], 'a.'],
    ['a file of an old kind, in one piece', [patched(entry('a.js'), typeField, '7')], 'a.js'],
    ['a path of a pax header', [pax('path=ü.js'), entry('u.js')], 'ü.js'],
    [
      'an extended header of exactly 1 MiB',
      [pax(`comment=${'x'.repeat(1024 * 1024 - 17)}`), entry('a.js')],
      'a.js',
    ],
  ])('%s', async (_what, parts, path) => expect(await pathsIn(tar(...parts))).toEqual([path]));

  test.each([
    ['size=3', 0, 3],
    ['size=0', 3, 0],
  ])('a pax size of %s before a header with %d means %d', async (field, plainBytes, sizeBytes) => {
    const archive = tar(
      pax(field),
      Buffer.from(header({ path: 'a.js', sizeBytes: plainBytes })),
      Buffer.alloc(sizeBytes === 0 ? 0 : 512, 'a'),
      entry('b.js'),
    );
    expect(await entriesIn(archive)).toEqual([
      { path: 'a.js', sizeBytes },
      { path: 'b.js', sizeBytes: 0 },
    ]);
  });

  test('as many entries and bytes as are allowed', async () => {
    expect(
      await pathsIn(tar(entry('a', 'aaa'), entry('b', 'bbb')), {
        limits: { maxEntries: 2, maxContentBytes: 6 },
      }),
    ).toEqual(['a', 'b']);
  });

  test('sizes beyond 8 GiB', async () => {
    const sizeBytes = 9 * 1024 ** 3;
    const archive = gzipSync(Buffer.concat([header({ path: 'huge.bin', sizeBytes }), end]));
    const entries = readArchive(Readable.from([archive]), {
      limits: { maxContentBytes: sizeBytes },
      signal,
    });
    expect(await problemOf(() => entries.next())).toMatchObject({
      code: 'archive_truncated',
      message: expect.stringContaining('"huge.bin"'),
    });
    if (!isInstalled('python3')) return;
    expect(
      execFileSync(
        'python3',
        [
          '-c',
          'import sys,tarfile;print(tarfile.open(fileobj=sys.stdin.buffer,mode="r|gz").next().size)',
        ],
        { input: archive, encoding: 'utf8' },
      ).trim(),
    ).toBe(String(sizeBytes));
  });
});

describe('refuses', () => {
  const good = tar(entry('a.js', 'x'.repeat(5000)), entry('b.js', 'b'));
  const cases: Readonly<
    Record<string, readonly [code: string, archive: Uint8Array, limits?: Partial<ArchiveLimits>]>
  > = {
    'gzip of a text': ['archive_not_tar', gzipSync('hello')],
    'gzip of a long text': ['archive_not_tar', gzipSync('hello '.repeat(1000))],
    "gzip of bytes that aren't a header": ['archive_not_tar', gzipSync(Buffer.alloc(1024, 0x81))],
    'gzip in gzip': ['archive_not_tar', gzipSync(good)],
    'a tar that continues after its end': [
      'archive_trailing_data',
      tar(entry('a.js'), end, entry('b.js')),
    ],
    'a tar that is truncated in a file': [
      'archive_truncated',
      gzipSync(entry('a.js', 'x'.repeat(600)).subarray(0, 1024)),
    ],
    'a tar without an end': ['archive_truncated', gzipSync(entry('a.js'))],
    'a damaged header': ['archive_corrupt', tar(entry('a.js'), Buffer.alloc(512, 'x'))],
    "a size that isn't a number": [
      'archive_corrupt',
      tar(entry('a.js'), patched(entry('b.js'), sizeField, 'z'.repeat(11))),
    ],
    'a size that overflows': [
      'archive_corrupt',
      tar(entry('a.js'), patched(entry('b.js'), sizeField, `\u0080${'\u00ff'.repeat(11)}`)),
    ],
    'no files': ['archive_empty', tar()],
    'only directories': ['archive_empty', tar(patched(entry('sub/'), typeField, '5'))],
    'a file without a name': ['archive_path_unsafe', tar(entry('.'))],
    'a file with the name of a directory': [
      'archive_path_unsafe',
      tar(patched(entry('x/'), typeField, '7')),
    ],
    'an absolute path': ['archive_path_unsafe', tar(entry('/etc/passwd'))],
    'a path of a drive': ['archive_path_unsafe', tar(entry('C:/x'))],
    'a path that leads out': ['archive_path_unsafe', tar(entry('a/../../x'))],
    'a path that leads out, after a dot': ['archive_path_unsafe', tar(entry('./../x'))],
    'a directory outside the archive': [
      'archive_path_unsafe',
      tar(patched(entry('../'), typeField, '5')),
    ],
    'a backslash': ['archive_path_unsafe', tar(entry('..\\x'))],
    'a control character': ['archive_path_unsafe', tar(entry('a\u001b[2J'))],
    'a long path that leads out': ['archive_path_unsafe', tar(entry(`${'ü/'.repeat(200)}../x`))],
    'a symbolic link': [
      'archive_entry_type',
      tar(patched(patched(entry('link'), 157, '/etc'), typeField, '2')),
    ],
    'a hard link': [
      'archive_entry_type',
      tar(patched(patched(entry('link'), 157, 'a'), typeField, '1')),
    ],
    'a device': ['archive_entry_type', tar(patched(entry('null'), typeField, '3'))],
    'a FIFO': ['archive_entry_type', tar(patched(entry('pipe'), typeField, '6'))],
    'an unknown kind': ['archive_entry_type', tar(patched(entry('what'), typeField, 'Z'))],
    'a path twice': ['archive_duplicate_path', tar(entry('a.js'), entry('./a.js'))],
    'a path twice, once with a dot': ['archive_duplicate_path', tar(entry('a/b'), entry('a/./b'))],
    'a file that ends with a dot': ['archive_path_unsafe', tar(entry('a/.'))],
    'a path as a file, then as a directory': [
      'archive_path_clash',
      tar(entry('x/y'), entry('x/y/a/b')),
    ],
    'a path as a directory, then as a file': [
      'archive_path_clash',
      tar(entry('x/y'), entry('z'), entry('./x')),
    ],
    'a path that no system takes': ['archive_path_unsafe', tar(entry('a/'.repeat(2048) + 'b'))],
    'an extended header without end': [
      'archive_corrupt',
      tar(patched(header({ path: 'x', sizeBytes: 2 ** 30 }), typeField, 'x')),
    ],
    'a tar that is truncated in an extended header': [
      'archive_truncated',
      gzipSync(patched(header({ path: 'x', sizeBytes: 600 }), typeField, 'x')),
    ],
    'a pax global header that names every file': [
      'archive_pax_unsupported',
      tar(patched(pax('path=evil/../../x'), typeField, 'g'), entry('a.js')),
    ],
    'a size that every file would have': [
      'archive_pax_unsupported',
      tar(patched(pax('size=0'), typeField, 'g'), entry('a.js')),
    ],
    'a sparse file of GNU tar, as pax': [
      'archive_pax_unsupported',
      tar(pax('GNU.sparse.major=1'), entry('GNUSparseFile.0/a.js')),
    ],
    'a sparse file of GNU tar, of the old kind': [
      'archive_entry_type',
      tar(patched(entry('a.js'), typeField, 'S')),
    ],
    'a size that is negative': ['archive_pax_unsupported', tar(pax('size=-3'), entry('a.js'))],
    'a size that is a fraction': ['archive_pax_unsupported', tar(pax('size=1.5'), entry('a.js'))],
    'a size without end': ['archive_pax_unsupported', tar(pax('size=Infinity'), entry('a.js'))],
    'a path over two lines': ['archive_pax_unsupported', tar(pax('path=a\n/../x'), entry('a.js'))],
    'a record hidden in another': [
      'archive_pax_unsupported',
      tar(pax('comment=\n10 path=b\n'), entry('a.js')),
    ],
    'an invalid pax header': [
      'archive_corrupt',
      tar(patched(entry('pax', 'path=a.js\n'), typeField, 'x'), entry('a.js')),
    ],
    'a record that is longer than its header': [
      'archive_corrupt',
      tar(patched(entry('pax', '99 path=a.js\n'), typeField, 'x'), entry('a.js')),
    ],
    "a name that isn't UTF-8": [
      'archive_name_not_utf8',
      tar(patched(entry('a'), 0, '\u00e9\u00ff.js')),
    ],
    "a name that isn't UTF-8, as pax": [
      'archive_pax_unsupported',
      tar(
        patched(entry('pax', Buffer.from('10 path=\u00e9\n', 'latin1')), typeField, 'x'),
        entry('a'),
      ),
    ],
    'a directory, then a file of that name': [
      'archive_path_clash',
      tar(patched(entry('a/'), typeField, '5'), entry('a')),
    ],
    'a file, then a directory of that name': [
      'archive_path_clash',
      tar(entry('a'), patched(entry('a/'), typeField, '5')),
    ],
    'more than 16 MiB after its end': [
      'archive_too_large',
      tar(entry('a.js'), Buffer.alloc(17 * 1024 * 1024)),
    ],
    'a second file after a record of zeros': [
      'archive_trailing_data',
      tar(entry('a.js'), Buffer.alloc(512), entry('b.js')),
    ],
    'more paths than entries': [
      'archive_too_many_entries',
      tar(entry('a/b/c/d/e/f.js')),
      { maxEntries: 5 },
    ],
    'too many entries': [
      'archive_too_many_entries',
      tar(entry('a'), entry('b'), entry('c')),
      { maxEntries: 2 },
    ],
    'more than 4 GiB, unless allowed': [
      'archive_too_large',
      tar(header({ path: 'a', sizeBytes: 4 * 1024 ** 3 + 1 })),
    ],
    'a bomb': [
      'archive_too_large',
      tar(entry('zeros', '0'.repeat(3_000_000))),
      { maxContentBytes: 2_000_000 },
    ],
  };

  test.each(Object.entries(cases))('%s', async (_name, [code, archive, limits]) => {
    expect(
      await problemOf(() => pathsIn(archive, limits === undefined ? {} : { limits })),
    ).toMatchObject({
      kind: 'refused',
      code,
    });
  });
});
