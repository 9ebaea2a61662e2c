/**
 * `lumio pack` against `tar czf`, as whole processes: ratios of runs that follow each other
 * directly, so that whatever else the machine does hits both; medians of these. Run it alone, or
 * have `measurePacking` called: node test/bench/pack.mjs [data set…]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { datasets, makeDataset } from './datasets.mjs';

const bin = join(import.meta.dirname, '../../bin/lumio.js');

/** Data set → maximum ratio to `tar czf` and number of pairs of runs. */
const speedTargets = {
  small: { ratio: 3, pairs: 21 },
  medium: { ratio: 0.55, pairs: 7 },
  large: { ratio: 0.42, pairs: 3 },
  tiny: { ratio: 0.62, pairs: 7 },
};

/** Against gzip -6. */
const sizeTarget = 1.01;

const memoryTargetMebi = 120;
const memorySets = ['large-50', 'large', 'large-2000'];

/** NODE_EXTRA_CA_CERTS adds about 35 ms to each start of Node 20. */
const { NODE_EXTRA_CA_CERTS: _unused, ...env } = process.env;

/**
 * @param names data sets to measure; memory is measured for those of one large file
 * @returns rows of a table: what, against, ratio or value, target, and the seconds of both
 */
export async function measurePacking({
  root = join(tmpdir(), 'lumio-bench'),
  names = [...Object.keys(speedTargets), ...memorySets],
} = {}) {
  mkdirSync(root, { recursive: true });
  const wanted = new Set(names);
  const rows = Object.keys(speedTargets)
    .filter((name) => wanted.has(name))
    .flatMap((name) => measureSpeed(root, name));
  for (const name of memorySets.filter((name) => wanted.has(name)))
    rows.push(await measureMemory(root, name));
  return rows;
}

function measureSpeed(root, name) {
  const directory = makeDataset(root, name);
  const { ratio: target, pairs } = speedTargets[name];
  const ours = join(root, 'ours.tar.gz');
  const theirs = join(root, 'theirs.tar.gz');
  const pack = () =>
    timed(ours, process.execPath, [bin, 'pack', directory, '-o', ours, '--quiet'], root);
  const tar = () => timed(theirs, 'tar', ['czf', theirs, '-C', directory, '.']);
  // The first of each fills the page cache and isn't counted.
  tar();
  pack();
  const runs = Array.from({ length: pairs }, (_pair, index) => {
    if (index % 2 === 0) return { theirs: tar(), ours: pack() };
    const oursFirst = pack();
    return { theirs: tar(), ours: oursFirst };
  });
  const what = `lumio pack, ${datasets[name].title}`;
  const speed = {
    what,
    against: 'tar czf',
    value: median(runs.map((run) => run.ours / run.theirs)),
    target,
    detail:
      `${median(runs.map((run) => run.ours)).toFixed(3)} s / ` +
      `${median(runs.map((run) => run.theirs)).toFixed(3)} s`,
  };
  const size = {
    what: `archive size, ${datasets[name].title}`,
    against: 'gzip -6',
    value: statSync(ours).size / statSync(theirs).size,
    target: sizeTarget,
    detail: '',
  };
  rmSync(ours);
  rmSync(theirs);
  return [speed, size];
}

/** The repository isn't the working directory: it has sources and a changelog to look at. */
function timed(output, command, args, cwd) {
  rmSync(output, { force: true });
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return (performance.now() - start) / 1000;
}

async function measureMemory(root, name) {
  const directory = makeDataset(root, name);
  const output = join(root, 'ours.tar.gz');
  rmSync(output, { force: true });
  const peakMebi = await peakMemory([bin, 'pack', directory, '-o', output, '--quiet']);
  rmSync(output);
  return {
    what: `memory of lumio pack, ${datasets[name].title}`,
    against: 'MiB at most',
    value: peakMebi,
    target: memoryTargetMebi,
    detail: '',
  };
}

/** The peak memory of a Node process; Linux records it, so reading it now and then is enough. */
function peakMemory(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    let peakKibi = 0;
    const look = setInterval(() => {
      peakKibi = Math.max(peakKibi, readPeak(child.pid));
    }, 20);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(look);
      if (code === 0) resolve(peakKibi / 1024);
      else reject(new Error(`lumio pack ended with ${code}`));
    });
  });
}

function readPeak(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

/** One line for a row, with a sign for a target that is missed. */
export function rowText({ what, against, value, target, detail }) {
  const digits = value >= 10 ? 0 : 3;
  return (
    `${value <= target ? '  ' : '! '}${what.padEnd(46)} ${against.padEnd(12)} ` +
    `${value.toFixed(digits).padStart(7)}  ≤ ${String(target).padEnd(5)} ${detail}`
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  for (const row of await measurePacking(names.length > 0 ? { names } : {}))
    process.stdout.write(`${rowText(row)}\n`);
}
