/** The examples in docs/library.md compile and run with the built package. */
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { LumioClient } from '../../src/library/index.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { addFiles, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { blocksOf, root } from './pages.ts';

const page = 'docs/library.md';
/** The directory of the package that the binary belongs to. */
const installed = join(dirname(binary), '..');
const examples = blocksOf(page).filter(({ language }) => language === 'ts');
/** What each example prints, in order. */
const printed = [
  /^ext_01j9k2m3n4p5q6r7 my-scoreboard approved$/,
  /^draft FEED_TOKEN$/,
  /^200$/,
  /^packing\n[^]*\nreview\ncreated 1\.2\.1 approved [0-9a-f]{64}$/,
  /^conflict version_exists$/,
  /^interrupted too late$/,
];

let folder: string;
beforeAll(async () => {
  folder = await temporaryDirectory(smallProject);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installed, join(folder, 'node_modules/lumio'));
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
});

test('every example has an expected output', () => {
  expect(examples).toHaveLength(printed.length);
});

describe.each(printed.map((pattern, index) => [index + 1, pattern] as const))(
  'example %i',
  (number, pattern) => {
    test('prints the expected output', async () => {
      const sandbox = await openSandbox({ reviewAfterMs: 0 });
      // Node.js 20 can't run types, so the annotation in the examples is removed.
      await addFiles(folder, {
        [`example-${number}.mjs`]: (examples[number - 1]?.code ?? '').replace(': unknown', ''),
      });
      const { stdout, stderr } = await execa(node, [`example-${number}.mjs`], {
        cwd: folder,
        env: { ...(await cleanEnvironment()), ...sandbox.env },
        extendEnv: false,
        reject: false,
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(pattern);
    });
  },
);

test('the examples compile with the declarations of the package', async () => {
  for (const [index, { code }] of examples.entries())
    writeFileSync(join(folder, `example-${index + 1}.mts`), code);
  const files = examples.map((_, index) => `example-${index + 1}.mts`);
  const words = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2023',
    '--module',
    'node20',
    '--types',
    'node',
  ];
  const { stdout } = await execa(join(root, 'node_modules/.bin/tsc'), [...words, ...files], {
    cwd: folder,
    reject: false,
  });
  expect(stdout).toBe('');
});

test.each([
  ['an ES module', 'wrong.mts', ['--module', 'node20']],
  ['a CommonJS module', 'wrong.cts', ['--module', 'node20']],
  ['a bundled module', 'wrong.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('%s finds the types', async (_, file, words) => {
  await addFiles(folder, {
    [file]: `import { LumioClient } from 'lumio';\nexport const client = new LumioClient({ apiKey: 1 });\n`,
  });
  const { stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node', ...words, file],
    { cwd: folder, reject: false },
  );
  expect(stdout).toMatch(
    /^wrong\.[mc]?ts\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\.$/,
  );
});

test('the declarations import no package', () => {
  const text = readFileSync(join(installed, 'dist/client.d.ts'), 'utf8');
  expect(text).not.toMatch(/\bimport\b|\brequire\b|valibot|NodeJS\./);
});

test('docs/library.md lists every method', () => {
  const text = readFileSync(join(root, page), 'utf8');
  const methods = Object.getOwnPropertyNames(LumioClient.prototype).filter(
    (name) => name !== 'constructor' && name !== 'close',
  );
  expect([...text.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name)).toEqual(methods);
});

test('importing it loads neither the command line nor the client', async () => {
  await addFiles(folder, {
    'load.cjs': `require('lumio'); console.log(Object.keys(require.cache).join('\\n'));`,
  });
  const { stdout } = await execa(node, ['load.cjs'], { cwd: folder });
  const loaded = stdout.split('\n').filter((path) => path.includes('/dist/'));
  expect(loaded.filter((path) => /(main|program|request)/.test(basename(path)))).toEqual([]);
  expect(loaded.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(24_000);
});
