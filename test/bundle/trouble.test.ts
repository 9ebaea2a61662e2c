/** What can go wrong between the selection and the end of packing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { type PackOptions, packFiles } from '../../src/bundle/archive.ts';
import { selectFiles } from '../../src/bundle/select.ts';
import { Source } from '../../src/bundle/source.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const plain: PackOptions = { outputPath: null, allow: [], mtimeSeconds: 0, signal };

describe('a file that is not what was selected any more is refused by name', () => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    'it grew': (path) => appendFileSync(path, 'more'),
    'it shrank': (path) => truncateSync(path, 1),
    'it was emptied': (path) => truncateSync(path, 0),
    'it was written again, as long as before': (path) => writeFileSync(path, 'sub/x.JS'),
    'it was replaced by one of the same size and time': (path) => {
      const past = new Date('2020-01-01T00:00:00Z');
      utimesSync(path, past, past);
      writeFileSync(`${path}.new`, 'sub/x.JS');
      utimesSync(`${path}.new`, past, past);
      renameSync(`${path}.new`, path);
    },
    'it vanished': (path) => rmSync(path),
    'its folder vanished': (path) => rmSync(join(path, '..'), { recursive: true }),
    'it became a folder': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'it became a link': (path) => {
      renameSync(path, `${path}.moved`);
      symlinkSync(`${path}.moved`, path);
    },
    'it became a FIFO': (path) => {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    },
  };

  test.each(Object.entries(changes))('%s', async (_name, change) => {
    const folder = await folderWith({ 'a.js': 'a', 'sub/x.js': 'sub/x.js', 'z.js': '' });
    // A time that lies back, as that of a finished build does: file systems don't tell two changes apart that are too close.
    utimesSync(join(folder, 'sub/x.js'), 1_000_000_000, 1_000_000_000);
    const selection = await selectFiles(folder, { signal });
    change(join(folder, 'sub/x.js'));
    const outputPath = join(await folderWith(), 'bundle.tar.gz');
    const problem = await problemOf(() => packFiles(selection, { ...plain, outputPath }));
    expect(problem).toMatchObject({ kind: 'refused', code: 'file_changed', message: expect.stringContaining('"sub/x.js"') });
    expect(existsSync(outputPath)).toBe(false);
  });

  test('while it is read', async () => {
    const folder = await folderWith({ 'a.js': 'x'.repeat(3_000_000) });
    const selection = await selectFiles(folder, { signal });
    const onProgress = (): void => appendFileSync(join(folder, 'a.js'), 'more');
    expect(await problemOf(() => packFiles(selection, { ...plain, onProgress }))).toMatchObject({ code: 'file_changed' });
  });
});

test('a file that this user may not read is refused by name', async () => {
  const folder = await folderWith({ 'shut.js': 'x' });
  chmodSync(join(folder, 'shut.js'), 0);
  const selection = await selectFiles(folder, { signal });
  const file = selection.files.find(({ path }) => path === 'shut.js');
  const isReadable = spawnSync('cat', [join(folder, 'shut.js')]).status === 0;
  // Root may read everything; there the error is met with a path that no system opens.
  const target = isReadable && file !== undefined ? { ...file, absolutePath: `${file.absolutePath}${'x'.repeat(300)}` } : file;
  const problem = await problemOf(() => target && new Source(folder, target));
  expect(problem).toMatchObject({ code: 'file_unreadable', message: expect.stringMatching(/"shut\.js".*\((?:EACCES|ENAMETOOLONG)\)/) });
});

describe('an abort', () => {
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });

  test('before the start makes no file', async () => {
    const outputPath = join(await folderWith(), 'bundle.tar.gz');
    const selection = await selectFiles(await folderWith({ a: '' }), { signal });
    await expect(packFiles(selection, { ...plain, outputPath, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(existsSync(outputPath)).toBe(false);
  });

  test('in the middle ends with its reason, long before the end, and takes the file away', async () => {
    const outputPath = join(await folderWith(), 'bundle.tar.gz');
    const selection = await selectFiles(await folderWith({ a: Buffer.alloc(20_000_000, 'abc') }), { signal });
    const controller = new AbortController();
    const done: number[] = [];
    const onProgress = (doneBytes: number): void => {
      done.push(doneBytes);
      if (done.length === 3) controller.abort(reason);
    };
    await expect(packFiles(selection, { ...plain, outputPath, signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(done.length).toBeLessThan(6);
    expect(existsSync(outputPath)).toBe(false);
  });
});

test('progress grows from block to block and ends with everything', async () => {
  const selection = await selectFiles(await folderWith({ a: Buffer.alloc(1_000_000), b: 'b' }), { signal });
  const seen: (readonly [number, number])[] = [];
  await packFiles(selection, { ...plain, onProgress: (done, total) => void seen.push([done, total]) });
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((left, right) => left - right));
  expect(seen.at(-1)).toEqual([1_000_001, 1_000_001]);
});

describe('the output', () => {
  test('must not exist yet, and is left alone then', async () => {
    const folder = await folderWith({ 'bundle.tar.gz': 'mine' });
    const outputPath = join(folder, 'bundle.tar.gz');
    const selection = await selectFiles(await folderWith({ a: 'a' }), { signal });
    expect(await problemOf(() => packFiles(selection, { ...plain, outputPath }))).toMatchObject({ kind: 'refused', code: 'output_unwritable', message: expect.stringContaining(`${outputPath} (EEXIST)`) });
    expect(readFileSync(outputPath, 'utf8')).toBe('mine');
  });

  test('in a folder that is missing', async () => {
    const outputPath = join(await folderWith(), 'gone/bundle.tar.gz');
    const selection = await selectFiles(await folderWith({ a: 'a' }), { signal });
    expect(await problemOf(() => packFiles(selection, { ...plain, outputPath }))).toMatchObject({ code: 'output_unwritable', message: expect.stringContaining('ENOENT') });
  });
});
