/**
 * `npm run test:nodes`: the packed package, installed into an empty directory, under each Node that
 * it supports, by all tests that spawn it. `npm run test:nodes -- 24` for one of them. The binaries
 * come from the `node` package of the npm registry.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printReports, readReport } from './vitest-report.mjs';

const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/nodes');
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19.0', '22', '24', '26'];
const work = mkdtempSync(join(tmpdir(), 'lumio-nodes-'));

try {
  const tarball = join(
    work,
    npm(['pack', '--silent', '--pack-destination', work], root).trim().split('\n').at(-1),
  );
  const rows = versions.map((version) => tryOn(version, tarball));
  printReports(rows);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function tryOn(version, tarball) {
  const node = binaryOf(version);
  const directory = join(work, `installed-${version}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  npm(['install', '--silent', '--no-audit', '--no-fund', tarball], directory);
  const report = join(work, `report-${version}.json`);
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=json',
      `--outputFile=${report}`,
      ...spawningTests(),
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        LUMIO_TEST_NODE: node,
        LUMIO_TEST_BIN: join(directory, 'node_modules/lumio/bin/lumio.js'),
      },
    },
  );
  return {
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    ...readReport(report),
  };
}

/** Installed once and cached. */
function binaryOf(version) {
  const directory = join(cache, version);
  const binary = join(directory, 'node_modules/node/bin/node');
  try {
    execFileSync(binary, ['--version']);
  } catch {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    npm(['install', '--silent', '--no-audit', '--no-fund', `node@${version}`], directory);
  }
  return binary;
}

/** The files in test/ that use what spawns the binary. */
function spawningTests() {
  const names = readdirSync(join(root, 'test'), { recursive: true }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  return names
    .filter((name) =>
      /support\/(lumio|programs|terminal)\.ts'/.test(
        readFileSync(join(root, 'test', name), 'utf8'),
      ),
    )
    .map((name) => `test/${name}`);
}

function npm(words, cwd) {
  return execFileSync('npm', words, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
