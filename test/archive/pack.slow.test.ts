/** Other programs read the archive, and its bytes depend only on the content. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, packFiles } from '../../src/archive/pack.ts';
import { blockBytes } from '../../src/archive/gzip.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink } from '../support/platform.ts';
import { hasGnuTar, isInstalled } from '../support/programs.ts';

const { signal } = new AbortController();
const mtimeSeconds = 499_162_500;

const longName = `${'n'.repeat(180)}.js`;
const files: Readonly<Record<string, string | Uint8Array>> = {
  'index.html': '<!doctype html>',
  'empty.txt': '',
  'assets/whole-record.bin': Buffer.alloc(512, 'r'),
  'assets/larger-than-a-block.js': 'const value = 1;\n'.repeat(30_000),
  'assets/noise.bin': randomBytes(blockBytes + 1),
  'assets/ünïcödé 日本 🎉.svg': '<svg/>',
  [`assets/${longName}`]: 'long',
  [`${'deep/'.repeat(40)}${longName}`]: 'deep and long',
  [`${'tief-ü/'.repeat(40)}ö.js`]: 'deep, long and not ASCII',
  [`${'p'.repeat(99)}`]: '99',
  [`${'q'.repeat(100)}`]: '100',
  [`${'s'.repeat(101)}`]: '101',
  [`${'t/'.repeat(60)}x`]: 'prefix',
  '-rf': 'a name that looks like an option',
};

async function pack(directory: string, outputPath: string | null): Promise<Bundle> {
  return packFiles(await selectFiles(directory, { signal }), {
    outputPath,
    allow: [],
    mtimeSeconds,
    signal,
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function packed(): Promise<{ directory: string; archive: string; bundle: Bundle }> {
  const directory = await temporaryDirectory(files);
  const archive = join(await temporaryDirectory(), 'bundle.tar.gz');
  return { directory, archive, bundle: await pack(directory, archive) };
}

describe.skipIf(!hasGnuTar)('is read by', () => {
  test('GNU tar and gzip without warnings, with the same result', async () => {
    const { directory, archive } = await packed();
    const target = await temporaryDirectory();
    const log = execFileSync(
      'sh',
      [
        '-c',
        'gzip -t "$1" && tar -xzf "$1" -C "$2" && diff -r "$2" "$3"',
        'sh',
        archive,
        target,
        directory,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    expect(log).toBe('');
  });

  test('GNU tar, with owner 0, mode 0644 and one time, in the order of the paths', async () => {
    const { archive } = await packed();
    const lines = execFileSync(
      'tar',
      ['--utc', '--numeric-owner', '--quoting-style=literal', '-tvzf', archive],
      { encoding: 'utf8' },
    )
      .trimEnd()
      .split('\n');
    expect(lines.every((line) => /^-rw-r--r-- 0\/0 +\d+ 1985-10-26 08:15 /.test(line))).toBe(true);
    const paths = lines.map((line) => line.replace(/^.*? 08:15 /, ''));
    expect(paths).toEqual(
      Object.keys(files).toSorted((left, right) =>
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      ),
    );
  });

  test("Python's gzip and tarfile, which report errors", async () => {
    const { archive } = await packed();
    const script =
      'import sys,tarfile,json\nwith tarfile.open(sys.argv[1], "r:gz", errorlevel=2) as t: ' +
      'print(json.dumps({m.name: [m.size, m.mode, m.uid, m.gid, m.uname, m.gname, ' +
      'int(m.mtime), m.isreg(), len(t.extractfile(m).read())] for m in t}))';
    const members: unknown = JSON.parse(
      execFileSync('python3', ['-c', script, archive], { encoding: 'utf8' }),
    );
    const expected = Object.entries(files).map(([path, content]) => [
      path,
      [
        Buffer.byteLength(content),
        0o644,
        0,
        0,
        '',
        '',
        mtimeSeconds,
        true,
        Buffer.byteLength(content),
      ],
    ]);
    expect(members).toEqual(Object.fromEntries(expected));
  });
});

describe('packs the same content to the same bytes', () => {
  let script = '';
  beforeAll(async () => {
    const output = await build({
      input: join(import.meta.dirname, 'pack-process.ts'),
      platform: 'node',
      write: false,
      logLevel: 'silent',
      output: { format: 'cjs', codeSplitting: false },
    });
    script = output.output[0].code;
  });

  async function packElsewhere(
    directory: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ bundle: unknown; bytes: Buffer }> {
    const place = await temporaryDirectory({ 'pack.cjs': script });
    const archive = join(place, 'bundle.tar.gz');
    const bundle: unknown = JSON.parse(
      execFileSync(process.execPath, [join(place, 'pack.cjs'), directory, archive], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      }),
    );
    return { bundle, bytes: readFileSync(archive) };
  }

  test('hashes and sizes are those of the file', async () => {
    const { archive, bundle } = await packed();
    const bytes = readFileSync(archive);
    expect(bundle).toMatchObject({
      path: archive,
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      tarSha256: sha256(gunzipSync(bytes)),
      fileCount: Object.keys(files).length,
      unusedAllows: [],
    });
    // RFC 1952: no name, no time, system "unknown"; one member, so the length at its end is that of
    // the whole tar.
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
    expect(bytes.readUInt32LE(bytes.length - 4)).toBe(gunzipSync(bytes).length);
  });

  test('twice, dry-run, touched, with other modes, copied, through a link', async () => {
    const { directory, archive, bundle } = await packed();
    const { sha256: expected, tarSha256 } = bundle;
    expect(await pack(directory, null)).toMatchObject({
      path: null,
      sha256: expected,
      tarSha256,
      sizeBytes: bundle.sizeBytes,
    });
    utimesSync(join(directory, 'index.html'), 1, 1);
    for (const mode of [0o600, 0o777, 0o444]) {
      chmodSync(join(directory, 'index.html'), mode);
      chmodSync(join(directory, 'assets'), mode | 0o500);
      expect(await pack(directory, null)).toMatchObject({ sha256: expected, tarSha256 });
    }
    chmodSync(join(directory, 'assets'), 0o755);
    const copy = join(await temporaryDirectory(), 'copy');
    cpSync(directory, copy, { recursive: true });
    mkdirSync(join(copy, 'an empty directory'));
    if (canLink) symlinkSync('copy', `${copy}-link`);
    expect(await pack(canLink ? `${copy}-link` : copy, null)).toMatchObject({
      sha256: expected,
      tarSha256,
    });
    expect(sha256(readFileSync(archive))).toBe(expected);
  });

  test.each([
    [{ UV_THREADPOOL_SIZE: '1', TZ: 'Asia/Kathmandu', LC_ALL: 'C' }],
    [{ UV_THREADPOOL_SIZE: '8', TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8' }],
  ])('in a process with %j', async (env) => {
    const { directory, archive, bundle } = await packed();
    const elsewhere = await packElsewhere(directory, env);
    expect(elsewhere.bytes.equals(readFileSync(archive))).toBe(true);
    expect(elsewhere.bundle).toMatchObject({ sha256: bundle.sha256, tarSha256: bundle.tarSha256 });
  });

  test('packs other bytes for another modification time', async () => {
    const { directory, bundle } = await packed();
    const other = await packFiles(await selectFiles(directory, { signal }), {
      outputPath: null,
      allow: [],
      mtimeSeconds: 0,
      signal,
    });
    expect(other.tarSha256).not.toBe(bundle.tarSha256);
  });
});

test.each(
  [0, 1, 511, 512, 513].flatMap((extra) =>
    [-1024, -512, 0].map((shift) => blockBytes + shift + extra),
  ),
)('a file of %d bytes, near a block boundary, is unpacked unchanged', async (sizeBytes) => {
  const content = Buffer.alloc(sizeBytes, 'abcdefghij\n');
  const archive = join(await temporaryDirectory(), 'bundle.tar.gz');
  const bundle = await pack(await temporaryDirectory({ 'a.js': content, 'b.js': 'b' }), archive);
  const tarBytes = gunzipSync(readFileSync(archive));
  expect(tarBytes.subarray(512, 512 + sizeBytes).equals(content)).toBe(true);
  expect(bundle.tarSha256).toBe(sha256(tarBytes));
});

test.skipIf(!isInstalled('gzip'))('is at most 1 % larger than with gzip -6', async () => {
  const { directory, bundle } = await packed();
  const gzipped = execFileSync('sh', ['-c', 'tar -cf - -C "$1" . | gzip -6', 'sh', directory], {
    maxBuffer: 2 ** 24,
  });
  expect(bundle.sizeBytes).toBeLessThanOrEqual(gzipped.length * 1.01);
});
