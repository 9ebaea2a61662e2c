/** The built package: the examples in docs/library.md compile and run, and errors are readable. */
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, test } from 'vitest';
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

let directory: string;
beforeAll(async () => {
  directory = await temporaryDirectory(smallProject);
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(installed, join(directory, 'node_modules/lumio'));
  symlinkSync(join(root, 'node_modules/@types'), join(directory, 'node_modules/@types'));
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
      await addFiles(directory, {
        [`example-${number}.mjs`]: (examples[number - 1]?.code ?? '').replace(': unknown', ''),
      });
      const { stdout, stderr } = await execa(node, [`example-${number}.mjs`], {
        cwd: directory,
        env: { ...(await cleanEnvironment()), ...sandbox.env },
        extendEnv: false,
        reject: false,
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(pattern);
    });
  },
);

test.each([
  ['import', 'import { LumioError } from "lumio";'],
  ['require', 'const { LumioError } = require("lumio");'],
])('errors print their class: %s', async (kind, load) => {
  const [name, print] = [
    `error.${kind === 'import' ? 'mjs' : 'cjs'}`,
    'console.log(new LumioError("usage", { code: "x", message: "m" }))',
  ];
  await addFiles(directory, { [name]: `${load}\n${print}` });
  const { stdout } = await execa(node, [name], { cwd: directory });
  expect(stdout).toMatch(/^LumioError: m\n/);
});

test('the examples compile with the declarations of the package', async () => {
  for (const [index, { code }] of examples.entries())
    writeFileSync(join(directory, `example-${index + 1}.mts`), code);
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
    cwd: directory,
    reject: false,
  });
  expect(stdout).toBe('');
});

test.each([
  ['an ES module', 'wrong.mts', ['--module', 'node20']],
  ['a CommonJS module', 'wrong.cts', ['--module', 'node20']],
  ['a bundled module', 'wrong.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('%s finds the types', async (_, file, words) => {
  await addFiles(directory, {
    [file]:
      `import { LumioClient } from 'lumio';\n` +
      'export const client = new LumioClient({ apiKey: 1 });\n',
  });
  const { stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node', ...words, file],
    { cwd: directory, reject: false },
  );
  expect(stdout).toMatch(
    /^wrong\.[mc]?ts\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\.$/,
  );
});

test('the declarations need neither a package nor the DOM nor @types/node', async () => {
  await addFiles(directory, {
    'alone.mts': `import { LumioClient, type DeployStep } from 'lumio';
      import { startSandbox } from 'lumio/sandbox';
      const { url: apiUrl, apiKey } = await startSandbox({ seed: { extensions: [{ name: 'A' }] } });
      const client = new LumioClient({ apiUrl, apiKey });
      await client.deploy('dist', { onStep: (step: DeployStep) => step.kind });
      // @ts-expect-error it is short_description
      await client.createExtension({ name: 'A', shortDescription: 's' });
      // @ts-expect-error the name is missing
      await client.createExtension({});
      const pricing = { type: 'free' } as const;
      export const { extension } = await client.updateExtension('ext_1', { pricing });
      export const later: unknown = extension['fieldOfTomorrow'];
      // @ts-expect-error a price has no such field
      await client.updateExtension('ext_1', { pricing: { type: 'free', price: 1 } });`,
  });
  const options = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023', '--types', ''];
  const { stdout } = await execa(
    join(root, 'node_modules/.bin/tsc'),
    [...options, '--module', 'node20', 'alone.mts'],
    { cwd: directory, reject: false },
  );
  expect(stdout).toBe('');
});

test('a bundle that imports only LumioError contains little else', async () => {
  await addFiles(directory, { 'error.mjs': `export { LumioError } from 'lumio';` });
  const bundle = await rolldown({ input: join(directory, 'error.mjs'), platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const [entry] = output;
  const read = output.filter(({ fileName }) =>
    [entry.fileName, ...entry.imports].includes(fileName),
  );
  const code = read.map((part) => (part.type === 'chunk' ? part.code : '')).join('');
  expect(code).toContain('LumioError');
  expect(code.length).toBeLessThan(10_000);
});

test('one ES module that contains the library deploys without the package', async () => {
  await addFiles(directory, {
    'program.mjs': `import { LumioClient, LumioError } from 'lumio';
      import { startSandbox } from 'lumio/sandbox';
      const seed = { extensions: [{ id: 'ext_1', name: 'A' }] };
      const { url: apiUrl, apiKey, close } = await startSandbox({ seed });
      const client = new LumioClient({ apiUrl, apiKey });
      const deployed = await client.deploy('dist', { extension: 'ext_1', version: '1.0.0' });
      const failed = await client.getExtension('ext_none').catch((error) => error);
      console.log(deployed.outcome, failed instanceof LumioError, failed.kind);
      await client.close();
      await close();`,
  });
  const bundle = await rolldown({ input: join(directory, 'program.mjs'), platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  await bundle.close();
  expect(output).toHaveLength(1);
  const cwd = await temporaryDirectory({ ...smallProject, 'program.mjs': output[0].code });
  const env = await cleanEnvironment();
  const ran = await execa(node, ['program.mjs'], { cwd, env, extendEnv: false, reject: false });
  expect([ran.stdout, ran.stderr]).toEqual(['created true not_found', '']);
});

test.each(['import', 'require'])('%s provides the same names', async (how) => {
  const load = how === 'import' ? `const load = (name) => import(name);` : `const load = require;`;
  await addFiles(directory, {
    'names.cjs': `${load}
      (async () => console.log(
        Object.keys(await load('lumio')).filter((name) => name !== 'default').sort().join(),
        Object.keys(await load('lumio/sandbox')).filter((name) => name !== 'default').join(),
      ))();`,
  });
  const { stdout } = await execa(node, ['names.cjs'], { cwd: directory });
  expect(stdout).toBe('LumioClient,LumioError startSandbox');
});

test('importing it loads neither the command line nor the client', async () => {
  await addFiles(directory, {
    'load.cjs': `require('lumio'); console.log(Object.keys(require.cache).join('\\n'));`,
  });
  const { stdout } = await execa(node, ['load.cjs'], { cwd: directory });
  const loaded = stdout.split('\n').filter((path) => path.includes('/dist/'));
  expect(
    loaded.filter((path) => /(main|program|foundation|commands)/.test(basename(path))),
  ).toEqual([]);
  expect(loaded.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(16_000);
});
