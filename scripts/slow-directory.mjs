/**
 * Packs and deploys a directory of 100,000 files in 1,000 directories, once, with the built binary:
 * too slow for every test run. `node scripts/slow-directory.mjs [files]` prints seconds, peak
 * memory and sizes, and fails when a command does.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const binary =
  process.env.LUMIO_TEST_BIN ?? fileURLToPath(new URL('../bin/lumio.js', import.meta.url));
const fileCount = Number(process.argv[2] ?? 100_000);
const root = mkdtempSync(join(tmpdir(), 'lumio-slow-'));
const temporary = join(root, 'tmp');

try {
  mkdirSync(temporary);
  makeDirectory(join(root, 'dist'));
  writeFileSync(join(root, 'package.json'), '{"name":"slow","version":"1.3.0"}');
  report('pack', ['pack', '-o', join(root, 'bundle.tar.gz')]);
  const listed = spawnSync('sh', ['-c', `tar tzf '${join(root, 'bundle.tar.gz')}' | wc -l`], {
    encoding: 'utf8',
  });
  console.log(
    `bundle    ${(statSync(join(root, 'bundle.tar.gz')).size / 1e6).toFixed(1)} MB, ` +
      `GNU tar lists ${listed.stdout.trim()} entries`,
  );
  report('deploy', [
    'sandbox',
    'exec',
    '--',
    process.execPath,
    binary,
    'deploy',
    '-e',
    'my-scoreboard',
  ]);
  const left = readdirSync(temporary);
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
} finally {
  rmSync(root, { recursive: true, force: true });
}

function makeDirectory(dist) {
  for (let index = 0; index < fileCount; index += 1) {
    const directory = join(dist, `part-${index % 1000}`);
    if (index < 1000) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `file-${index}.js`), `export const number = ${index};\n`);
  }
}

/** GNU time reports the peak memory of the process. */
function report(name, args) {
  const begunMs = performance.now();
  const ran = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, binary, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary, LUMIO_CONFIG_DIR: root },
  });
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  if (ran.status !== 0) throw new Error(`${name} ended with ${ran.status}: ${ran.stderr}`);
  const peak = (Number(ran.stderr.trim().split('\n').at(-1)) / 1024).toFixed(0);
  console.log(`${name.padEnd(9)} ${fileCount} files in ${seconds} s, at most ${peak} MiB`);
}
