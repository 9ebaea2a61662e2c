/**
 * The example in ARCHITECTURE.md works in a copy of the repository, and the files that it names
 * exist.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/project.ts';
import { added, blocksOf, root } from './pages.ts';

const page = 'ARCHITECTURE.md';
const blocks = blocksOf(page).filter(({ file }) => file !== '');

describe('the command that ARCHITECTURE.md adds', () => {
  let copy: string;
  beforeAll(async () => {
    copy = await temporaryDirectory();
    const configurations = ['.oxlintrc.json', 'package.json', 'tsconfig.json', 'vitest.config.mts'];
    for (const path of ['src', 'test', ...configurations])
      cpSync(join(root, path), join(copy, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const { language, file, code } of blocks) {
      const path = join(copy, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, language === 'diff' ? added(readFileSync(path, 'utf8'), code) : code);
    }
  });

  const run = (program: string, words: readonly string[]) =>
    execa(join(root, 'node_modules/.bin', program), words, {
      cwd: copy,
      reject: false,
      env: { NO_COLOR: '1' },
    });

  test('passes the linter and the type check', async () => {
    const options = ['--type-aware', '--type-check', '--deny-warnings'];
    const files = new Set(blocks.map(({ file }) => file));
    const { stdout, exitCode } = await run('oxlint', [...options, ...files]);
    expect(exitCode, stdout).toBe(0);
  });

  test('passes its own test and those of every command', async () => {
    const own = blocks.map(({ file }) => file).filter((file) => file.endsWith('.test.ts'));
    const others = ['conventions/commands', 'e2e/tree'];
    const files = [...new Set([...own, ...others.map((name) => `test/${name}.test.ts`)])];
    const titles = 'versions count|counts versions|has all its parts';
    // One worker loads the sources once.
    const options = ['--no-file-parallelism', '--testNamePattern', titles];
    const { stdout, exitCode } = await run('vitest', ['run', ...files, ...options]);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/Test Files {2}3 passed/);
  });

  test('needs fewer than 60 changed lines', () => {
    const lines = blocks.flatMap(({ language, code }) =>
      code
        .trimEnd()
        .split('\n')
        .filter((line) => language !== 'diff' || line.startsWith('+')),
    );
    expect(lines.length).toBeLessThan(60);
  });
});

test('the files that ARCHITECTURE.md names exist', () => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  const named = [
    ...text.matchAll(/`((?:src|test|bin|docs|scripts|fixtures)\/[\w./-]+)`|\]\(([\w./-]+)\)/g),
  ].map(([, code, link]) => code ?? link ?? '');
  const missing = named.filter(
    (path) =>
      !path.startsWith('test/commands/versions-count') &&
      ![path, `src/${path}`].some((candidate) => existsSync(join(root, candidate))),
  );
  expect(missing).toEqual([]);
});

test('the map names each directory', () => {
  const text = readFileSync(join(root, page), 'utf8');
  const directories = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(
    directories.map(({ name }) => name).filter((name) => !text.includes(`src/${name}/ `)),
  ).toEqual([]);
});
