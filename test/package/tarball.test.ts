/** The published package, installed into an empty directory without a network. */
import { readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { cleanEnvironment } from '../support/lumio.ts';
import { openSandbox } from '../support/sandbox.ts';
import { chunks, packagesIn } from './bundle.ts';

const root = join(import.meta.dirname, '../..');
const ceilingBytes = 450_000;

const Packed = v.tuple([
  v.object({
    filename: v.string(),
    size: v.number(),
    files: v.array(v.object({ path: v.string() })),
  }),
]);
const Manifest = v.looseObject({ dependencies: v.optional(v.unknown()), version: v.string() });
let packed: v.InferOutput<typeof Packed>[0];
let directory: string;
let env: Record<string, string>;

beforeAll(async () => {
  env = await cleanEnvironment();
  directory = env['TMPDIR'] ?? '';
  const { stdout } = await execa(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', directory],
    { cwd: root, env, extendEnv: false },
  );
  [packed] = v.parse(Packed, JSON.parse(stdout));
  await writeFile(join(directory, 'package.json'), '{"private": true}');
  await execa(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', packed.filename],
    { cwd: directory, env, extendEnv: false },
  );
});

function installed(
  argv: readonly string[],
  more: {
    readonly env?: Record<string, string>;
    readonly cwd?: string;
    readonly input?: string;
  } = {},
) {
  const bin = join(directory, 'node_modules/.bin/lumio');
  return execa(process.execPath, [bin, ...argv], {
    cwd: directory,
    extendEnv: false,
    reject: false,
    input: '',
    ...more,
    env: { ...env, ...more.env },
  });
}

describe('the package', () => {
  test('contains only the programs, the licenses and the README', () => {
    const expected = chunks
      .map(({ file }) => `dist/${file}`)
      .concat(
        'LICENSE',
        'README.md',
        'THIRD-PARTY-LICENSES.txt',
        'bin/lumio.js',
        'dist/client.d.ts',
        'dist/sandbox.d.ts',
        'dist/sbom.json',
        ...readdirSync(join(root, 'dist/esm')).map((name) => `dist/esm/${name}`),
        'package.json',
        ...['docs/schemas', 'schemas'].flatMap((directory) =>
          readdirSync(join(root, directory)).map((name) => `${directory}/${name}`),
        ),
      );
    expect(packed.files.map(({ path }) => path).sort()).toEqual(expected.sort());
  });

  test('stays below its size limit', () => {
    expect(packed.size).toBeLessThan(ceilingBytes);
  });

  test('is one package: nothing else is installed with it', async () => {
    expect(
      (await readdir(join(directory, 'node_modules'))).filter((name) => !name.startsWith('.')),
    ).toEqual(['lumio']);
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(
      Object.keys(v.parse(v.looseObject({}), manifest)).filter((key) => /dependencies$/i.test(key)),
    ).toEqual(['devDependencies']);
  });
});

describe('installed, it', () => {
  test('prints its version and its help', async () => {
    const { version } = v.parse(
      Manifest,
      JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
    );
    expect(await installed(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: version,
      stderr: '',
    });
    expect(await installed(['--help'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('lumio <command> [options]'),
      stderr: '',
    });
  });

  test('deploys a directory to a sandbox', async () => {
    const project = join(directory, 'project');
    await mkdir(join(project, 'dist'), { recursive: true });
    await writeFile(join(project, 'dist/index.html'), '<p>1.3.0</p>\n');
    const deploy = ['deploy', '-v', '1.3.0', '-e', 'my-scoreboard', '--json'];
    const { exitCode, stdout } = await installed(
      [
        'sandbox',
        'exec',
        '--',
        process.execPath,
        join(directory, 'node_modules/.bin/lumio'),
        ...deploy,
      ],
      { cwd: project },
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'created', version: { version: '1.3.0' } });
  });

  test('stores, replaces and uses a key with the trimmed conf', async () => {
    const { env: names } = await openSandbox();
    const { LUMIO_API_KEY: key = '', ...address } = names;
    expect(
      await installed(['login', '--with-token'], { env: address, input: `${key}\n` }),
    ).toMatchObject({ exitCode: 0 });
    expect(
      await installed(['login', '--with-token', '--profile', 'second'], {
        env: address,
        input: `${key}\n`,
      }),
    ).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await installed(
      ['extensions', 'list', '--query', 'extensions[0].slug', '--profile', 'second'],
      { env: address },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'my-scoreboard' });
  });
});

test('the SBOM and the licenses list every bundled package, with its source', async () => {
  const names = packagesIn(chunks);
  const packageRoot = join(directory, 'node_modules/lumio');
  const Sbom = v.object({
    bomFormat: v.literal('CycloneDX'),
    components: v.array(v.object({ group: v.optional(v.string()), name: v.string() })),
  });
  const sbom = v.parse(
    Sbom,
    JSON.parse(await readFile(join(packageRoot, 'dist/sbom.json'), 'utf8')),
  );
  const listed = sbom.components.map(({ group, name }) =>
    group === undefined ? name : `${group}/${name}`,
  );
  expect(listed.toSorted()).toEqual(names);
  const licenses = await readFile(join(packageRoot, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const licensed = [...licenses.matchAll(/^(\S+) \d\S* \(.+\)\nSource: \S+$/gm)];
  expect(licensed.map(([, name]) => name)).toEqual(names);
});
