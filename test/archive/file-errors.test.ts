/** What can go wrong between the selection and the end of packing. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { type PackOptions, packFiles } from '../../src/archive/pack.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { SourceFile } from '../../src/archive/source-file.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isPossible, isWindows } from '../support/platform.ts';
import { randomText } from './key-shapes.ts';

const { signal } = new AbortController();
const plain: PackOptions = { outputPath: null, allow: [], mtimeSeconds: 0, signal };

describe('refuses by name a file that changed after the selection', () => {
  // A time in the past, as after a build: file systems can't distinguish changes that are too
  // close.
  const past = 1_000_000_000;
  const changes: Readonly<Record<string, (path: string) => void>> = {
    'it grew': (path) => appendFileSync(path, 'more'),
    'it grew, and its time was restored': (path) => {
      appendFileSync(path, 'more');
      utimesSync(path, past, past);
    },
    'it shrank': (path) => truncateSync(path, 1),
    'it was emptied': (path) => truncateSync(path, 0),
    'it was rewritten with the same size': (path) => writeFileSync(path, 'sub/x.JS'),
    'it was replaced by one of the same size and time': (path) => {
      writeFileSync(`${path}.new`, 'sub/x.JS');
      utimesSync(`${path}.new`, past, past);
      renameSync(`${path}.new`, path);
    },
    'it was rewritten, and its time was restored': (path) => {
      writeFileSync(path, 'sub/x.JS');
      utimesSync(path, past, past);
    },
    'it vanished': (path) => rmSync(path),
    'its directory vanished': (path) => rmSync(join(path, '..'), { recursive: true }),
    'its directory became a link to another one': (path) => {
      const directory = dirname(path);
      renameSync(directory, `${dirname(directory)}-moved`);
      symlinkSync(`${dirname(directory)}-moved`, directory);
    },
    'its directory became a file': (path) => {
      rmSync(join(path, '..'), { recursive: true });
      writeFileSync(join(path, '..'), '');
    },
    'it became a directory': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'it became a link': (path) => {
      renameSync(path, `${path}.moved`);
      symlinkSync(`${path}.moved`, path);
    },
    'it became a socket': (path) => {
      rmSync(path);
      execFileSync(
        'python3',
        [
          '-c',
          'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
          basename(path),
        ],
        { cwd: dirname(path) },
      );
    },
    'it became a FIFO': (path) => {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    },
  };

  test.for(Object.entries(changes))('%s', async ([, change], { skip }) => {
    const directory = await temporaryDirectory({ 'a.js': 'a', 'sub/x.js': 'sub/x.js', 'z.js': '' });
    utimesSync(join(directory, 'sub/x.js'), past, past);
    const selection = await selectFiles(directory, { signal });
    // ctime has the resolution of the kernel's clock.
    await setTimeout(20);
    skip(!isPossible(() => change(join(directory, 'sub/x.js'))), 'this system has no such change');
    const outputPath = join(await temporaryDirectory(), 'bundle.tar.gz');
    const problem = await problemOf(() => packFiles(selection, { ...plain, outputPath }));
    expect(problem).toMatchObject({
      kind: 'refused',
      code: 'file_changed',
      details: { refusals: [{ path: 'sub/x.js' }] },
    });
    expect(existsSync(outputPath)).toBe(false);
  });

  test('while it is read', async () => {
    const directory = await temporaryDirectory({ 'a.js': 'x'.repeat(3_000_000) });
    const selection = await selectFiles(directory, { signal });
    const onProgress = (): void => appendFileSync(join(directory, 'a.js'), 'more');
    expect(await problemOf(() => packFiles(selection, { ...plain, onProgress }))).toMatchObject({
      code: 'file_changed',
    });
  });
});

test.skipIf(isWindows)('refuses by name a file that this user may not read', async () => {
  const directory = await temporaryDirectory({ 'shut.js': 'x' });
  chmodSync(join(directory, 'shut.js'), 0);
  const selection = await selectFiles(directory, { signal });
  const file = selection.files.find(({ path }) => path === 'shut.js');
  const isReadable = spawnSync('cat', [join(directory, 'shut.js')]).status === 0;
  // Root may read everything; there the error is met with a path that no system opens.
  const target =
    isReadable && file !== undefined
      ? { ...file, absolutePath: `${file.absolutePath}${'x'.repeat(300)}` }
      : file;
  const problem = await problemOf(
    () => target && new SourceFile({ directory, realDirectory: directory }, target),
  );
  expect(problem).toMatchObject({
    code: 'file_unreadable',
    message: expect.stringMatching(/EACCES|ENAMETOOLONG/),
  });
});

describe('an abort', () => {
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });

  test('before the start creates no file', async () => {
    const outputPath = join(await temporaryDirectory(), 'bundle.tar.gz');
    const selection = await selectFiles(await temporaryDirectory({ a: '' }), { signal });
    await expect(
      packFiles(selection, { ...plain, outputPath, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    expect(existsSync(outputPath)).toBe(false);
  });

  test('stops early with the reason of the abort, and removes the file', async () => {
    const outputPath = join(await temporaryDirectory(), 'bundle.tar.gz');
    const selection = await selectFiles(
      await temporaryDirectory({ a: Buffer.alloc(20_000_000, 'abc') }),
      {
        signal,
      },
    );
    const controller = new AbortController();
    const done: number[] = [];
    const onProgress = (doneBytes: number): void => {
      done.push(doneBytes);
      if (done.length === 3) controller.abort(reason);
    };
    await expect(
      packFiles(selection, { ...plain, outputPath, signal: controller.signal, onProgress }),
    ).rejects.toBe(reason);
    expect(done.length).toBeLessThan(6);
    expect(existsSync(outputPath)).toBe(false);
  });
});

test('progress grows with each block and ends with the total size', async () => {
  const selection = await selectFiles(
    await temporaryDirectory({ a: Buffer.alloc(1_000_000), b: Buffer.alloc(1_000_000), c: 'c' }),
    { signal },
  );
  const seen: (readonly [number, number])[] = [];
  await packFiles(selection, {
    ...plain,
    onProgress: (done, total) => void seen.push([done, total]),
  });
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.map(([done]) => done)).toEqual(
    seen.map(([done]) => done).toSorted((left, right) => left - right),
  );
  expect(seen.at(-1)).toEqual([2_000_001, 2_000_001]);
  expect(new Set(seen.map(([, total]) => total))).toEqual(new Set([2_000_001]));
});

describe('the output', () => {
  test("must not exist yet, and isn't overwritten", async () => {
    const directory = await temporaryDirectory({ 'bundle.tar.gz': 'mine' });
    const outputPath = join(directory, 'bundle.tar.gz');
    const selection = await selectFiles(await temporaryDirectory({ a: 'a' }), { signal });
    expect(await problemOf(() => packFiles(selection, { ...plain, outputPath }))).toMatchObject({
      kind: 'refused',
      code: 'output_unwritable',
      message: expect.stringContaining('EEXIST'),
    });
    expect(readFileSync(outputPath, 'utf8')).toBe('mine');
  });

  test('may already be removed after a failure', async () => {
    const outputPath = join(await temporaryDirectory(), 'bundle.tar.gz');
    const selection = await selectFiles(await temporaryDirectory({ a: Buffer.alloc(1_000_000) }), {
      signal,
    });
    const reason = new Error('enough');
    const onProgress = (): void => {
      rmSync(outputPath);
      throw reason;
    };
    await expect(packFiles(selection, { ...plain, outputPath, onProgress })).rejects.toBe(reason);
  });

  test('in a missing directory', async () => {
    const outputPath = join(await temporaryDirectory(), 'missing/bundle.tar.gz');
    const selection = await selectFiles(await temporaryDirectory({ a: 'a' }), { signal });
    expect(await problemOf(() => packFiles(selection, { ...plain, outputPath }))).toMatchObject({
      code: 'output_unwritable',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe.runIf(process.platform === 'linux')('on Linux', () => {
  const openBelow = (directory: string): string[] =>
    readdirSync('/proc/self/fd')
      .flatMap((descriptor) => {
        try {
          return [readlinkSync(`/proc/self/fd/${descriptor}`)];
        } catch {
          // The file descriptor that read the list.
          return [];
        }
      })
      .filter((path) => path.startsWith(directory));

  test.each([
    ['a bundle that is made', { 'dist/a.js': 'a' }, undefined],
    ['a file that changes', { 'dist/a.js': Buffer.alloc(1_000_000) }, 'file_changed'],
    ['a secret that is found', { 'dist/a.js': `lm_dev_${randomText(57)}` }, 'secret_found'],
    [
      'rules that are too large',
      { 'dist/a.js': '', 'dist/.lumioignore': '# no\n'.repeat(210_000) },
      'ignore_file_unreadable',
    ],
  ])('no file stays open after %s', async (_what, files, code) => {
    const directory = await temporaryDirectory(files);
    const packing = async (): Promise<void> => {
      const selection = await selectFiles(join(directory, 'dist'), { signal });
      await packFiles(selection, {
        ...plain,
        outputPath: join(directory, 'bundle.tar.gz'),
        onProgress: () => appendFileSync(join(directory, 'dist/a.js'), 'more'),
      });
    };
    expect(
      await packing().then(
        () => undefined,
        (error: unknown) => error instanceof LumioError && error.problem.code,
      ),
    ).toBe(code);
    expect(openBelow(directory)).toEqual([]);
  });

  test("refuses by name a file that opens but can't be read", async () => {
    // Reading address 0 of /proc/self/mem fails.
    const source = new SourceFile(
      { directory: '/x/dist', realDirectory: '/' },
      {
        path: 'a.js',
        absolutePath: '/proc/self/mem',
        sizeBytes: 8,
        mtimeMs: 0,
        ctimeMs: 0,
      },
    );
    expect(await problemOf(() => source.fill(Buffer.alloc(8), 0, 8))).toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('EIO'),
    });
    source.close();
  });
});
