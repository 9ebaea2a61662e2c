/**
 * Compares whole processes: ours and theirs alternate, so that other load on the machine affects
 * both. The result is the median of the pairs' ratios.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const binary = join(import.meta.dirname, '../../bin/lumio.js');

/** Without NODE_EXTRA_CA_CERTS, which adds 35 ms to each start of Node 20, and user settings. */
export const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_EXTRA_CA_CERTS' && !name.startsWith('LUMIO_'),
  ),
);

/** @returns the seconds that a command took, which has to succeed */
export function seconds(command, args, { env = cleanEnvironment, cwd } = {}) {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(command, args, {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error ?? stderr}`);
  return (performance.now() - start) / 1000;
}

/**
 * @param ours runs ours once and returns its seconds; `theirs` the same
 * @returns a row's numbers: the median ratio, its range, and the median seconds of both
 */
export function comparePairs({ ours, theirs, pairs }) {
  // The first of each fills caches and isn't counted.
  theirs();
  ours();
  const runs = Array.from({ length: pairs }, (_pair, index) => {
    if (index % 2 === 0) return { theirs: theirs(), ours: ours() };
    const first = ours();
    return { theirs: theirs(), ours: first };
  });
  const ratios = runs.map((run) => run.ours / run.theirs);
  return {
    value: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
    detail:
      `${secondsText(median(runs.map((run) => run.ours)))} / ` +
      `${secondsText(median(runs.map((run) => run.theirs)))}`,
  };
}

export function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

function secondsText(value) {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}
