/**
 * `deploy` under random sequences of faults: creates at most one version, and reports what
 * happened. `FAULT_SEED=7` runs other sequences, `FAULT_SEED=7 FAULT_SEQUENCE=123` repeats one and
 * prints it.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { startVersionStore, storeFaults, type StoreFault } from '../api/version-store.ts';
import { fakeClock } from '../support/clock.ts';
import { at, mayReportEffect, parseDocument, reportsEffect } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';
import { type Cut, startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { createRandom, type Random } from './random.ts';
import { faultEnvKey } from './fault-env.ts';

const count = 500;
const seed = Number(process.env['FAULT_SEED'] ?? 1);
const only = process.env['FAULT_SEQUENCE'];

interface Sequence {
  readonly number: number;
  /** What happens to the connections of the first request, the second one, …; later ones pass. */
  readonly cuts: readonly Cut[];
  /** The same on the server. */
  readonly faults: readonly StoreFault[];
  /** Number of listings after a commit that don't contain the version yet. */
  readonly lag: number;
  /** Whether the server refuses a version that exists. */
  readonly refusesDuplicates: boolean;
  readonly options: readonly string[];
}

const uploadBytes = 60_000;

function cutOf(random: Random): Cut {
  const kinds: readonly Cut[] = [
    ...Array.from({ length: 6 }, () => ({ kind: 'pass' }) as const),
    { kind: 'drop_before' },
    { kind: 'cut_request', afterBytes: random.below(uploadBytes) },
    { kind: 'cut_request', afterBytes: random.below(500) },
    { kind: 'lose_response' },
    { kind: 'lose_response' },
    { kind: 'cut_response', afterBytes: random.below(300) },
    random.below(4) === 0 ? { kind: 'silent' } : { kind: 'lose_response' },
  ];
  return random.pick(kinds);
}

const faultsOrNone: readonly StoreFault[] = [...Array<'none'>(5).fill('none'), ...storeFaults];

function sequenceOf(number: number): Sequence {
  const random = createRandom(seed * 1_000_003 + number);
  const lengths = { cuts: random.below(12), faults: random.below(12) };
  return {
    number,
    cuts: Array.from({ length: lengths.cuts }, () => cutOf(random)),
    faults: Array.from({ length: lengths.faults }, () => random.pick(faultsOrNone)),
    lag: random.below(4),
    refusesDuplicates: random.below(2) === 0,
    options: [
      ...random.pick([[], [], ['--wait', '20s'], ['--skip-existing'], ['--bump', 'minor']]),
      '--max-wait',
      random.pick(['0', '2s', '60s']),
    ],
  };
}

interface SequenceResult extends RunResult {
  readonly versions: readonly string[];
  readonly requestLines: readonly string[];
}

async function runCase(
  { cuts, faults, lag, refusesDuplicates, options }: Sequence,
  cwd: string,
): Promise<SequenceResult> {
  const store = await startVersionStore({
    lag,
    refusesDuplicates,
    fault: (index) => faults[index - 1] ?? 'none',
  });
  const proxy = await startCuttingProxy(
    store.port,
    (_, index) => cuts[index - 1] ?? { kind: 'pass' },
  );
  const env = { LUMIO_API_URL: `${proxy.origin}/developer/v1`, LUMIO_API_KEY: faultEnvKey };
  try {
    const ran = await runLumio(['deploy', '--json', '--timeout', '400ms', ...options], {
      cwd,
      env,
      clock: fakeClock(),
    });
    return { ...ran, versions: [...store.versions], requestLines: proxy.requestLines };
  } finally {
    await proxy.close();
    await store.close();
  }
}

/** Undefined if the report is correct. */
function falseReport({ exitCode, stdout, stderr, versions }: SequenceResult): string | undefined {
  if (versions.length > 1) return `${versions.length} versions: ${versions.join(', ')}`;
  if (exitCode === 0) {
    const reported = at(parseDocument(stdout), 'version', 'version');
    return versions[0] === reported
      ? undefined
      : `reported ${String(reported)}, submitted ${versions.join(', ') || 'none'}`;
  }
  const document = parseDocument(stderr);
  if (at(document, 'error', 'code') === 'lumio_bug') return stderr;
  if (versions.length === 1 && !mayReportEffect(document))
    return `submitted, but reported: ${stderr}`;
  return versions.length === 0 && reportsEffect(document)
    ? `not submitted, but reported: ${stderr}`
    : undefined;
}

test(
  `reports the truth and submits at most once in ${count} sequences (seed ${seed})`,
  { timeout: 600_000 },
  async () => {
    const cwd = await temporaryDirectory({
      ...smallProject,
      'lumio.config.json': '{"extensionId":"ext_1","version":"0.1.0"}',
      'dist/picture.png': randomBytes(uploadBytes),
    });
    const numbers =
      only === undefined ? Array.from({ length: count }, (_, index) => index) : [Number(only)];
    const exits = new Map<number, number>();
    const failures = await mapConcurrently(numbers, 16, async (number) => {
      const sequence = sequenceOf(number);
      const result = await runCase(sequence, cwd);
      exits.set(result.exitCode, (exits.get(result.exitCode) ?? 0) + 1);
      if (only !== undefined)
        process.stdout.write(
          `${JSON.stringify({ ...sequence, ...result, stdoutBytes: undefined }, undefined, 2)}\n`,
        );
      const failure = falseReport(result);
      return failure === undefined
        ? []
        : [`FAULT_SEED=${seed} FAULT_SEQUENCE=${number}: ${failure}`];
    });
    process.stdout.write(
      `${numbers.length} deploys under random faults, seed ${seed}; exit codes: ${[...exits]
        .sort()
        .map(([code, runs]) => `${code} × ${runs}`)
        .join(', ')}\n`,
    );
    expect(failures.flat().join('\n')).toBe('');
  },
);
