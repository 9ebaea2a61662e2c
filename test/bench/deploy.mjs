/**
 * A whole deploy to a local server, against `tar czf` and `curl -F` to the same server; and its
 * memory.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasets, makeDataset } from './datasets.mjs';
import { binary, comparePairs, seconds } from './pairs.mjs';
import { startUploadSink } from './servers.mjs';

/** Data set → maximum ratio and number of pairs of runs. */
const speedTargets = {
  small: { target: 2.8, pairs: 21 },
  medium: { target: 0.55, pairs: 7 },
  large: { target: 0.45, pairs: 3 },
};
const memorySets = ['large-50', 'large', 'large-2000'];
const memoryTargetMebi = 120;
const version = '1.0.0';
const extension = 'ext_bench';

export async function measureDeploy({
  root = join(tmpdir(), 'lumio-bench'),
  names = Object.keys(speedTargets),
} = {}) {
  mkdirSync(root, { recursive: true });
  const sink = await startUploadSink();
  const archive = join(root, 'curl.tar.gz');
  try {
    return names.map((name) => {
      const directory = makeDataset(root, name);
      const { target, pairs } = speedTargets[name];
      const ours = () =>
        seconds(process.execPath, deployOf(directory), { env: sink.env, cwd: root });
      const theirs = () =>
        seconds('tar', ['czf', archive, '-C', directory, '.']) +
        seconds('curl', curlOf(sink, archive));
      return {
        what: `lumio deploy, ${datasets[name].title}`,
        against: 'tar czf, curl -F',
        target,
        ...comparePairs({ ours, theirs, pairs }),
      };
    });
  } finally {
    sink.stop();
    rmSync(archive, { force: true });
  }
}

export async function measureDeployMemory({
  root = join(tmpdir(), 'lumio-bench'),
  names = memorySets,
} = {}) {
  mkdirSync(root, { recursive: true });
  const sink = await startUploadSink();
  try {
    return names.map((name) => ({
      what: `memory of lumio deploy, ${datasets[name].title}`,
      against: 'MiB at most',
      value: peakMebi(deployOf(makeDataset(root, name)), {
        ...sink.env,
        LUMIO_BENCH_PEAK: join(root, 'peak'),
      }),
      target: memoryTargetMebi,
      detail: '',
    }));
  } finally {
    sink.stop();
  }
}

function deployOf(directory) {
  return [binary, 'deploy', directory, '--version', version, '--extension', extension, '--json'];
}

function curlOf(sink, archive) {
  const options = ['--silent', '--show-error', '--fail', '--output', '-'];
  return [
    ...options,
    '-H',
    `Authorization: Bearer ${sink.key}`,
    '-F',
    `version=${version}`,
    '-F',
    `bundle=@${archive}`,
    `${sink.url}/extensions/${extension}/versions`,
  ];
}

function peakMebi(args, env) {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', join(import.meta.dirname, 'peak-memory.cjs'), ...args],
    { env, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  const peak = Number(readFileSync(env.LUMIO_BENCH_PEAK, 'utf8'));
  rmSync(env.LUMIO_BENCH_PEAK);
  return peak / 1024;
}
