/**
 * Random sequences of faults on `deploy`: never two versions, never success without one, never a failure with one that the message does
 * not mention. `FAULT_SEED=7` takes other sequences, `FAULT_SEED=7 FAULT_SEQUENCE=123` plays one of them again and tells what happened.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { startVersionStore, type StoreFault } from '../api/version-store.ts';
import { autoAdvancingClock } from '../support/clock.ts';
import { at, parseDocument } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { projectOf, smallProject } from '../support/project.ts';
import { type Cut, startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { inTurns } from './in-turns.ts';
import { createRandom, type Random } from './random.ts';
import { tellsOfChange } from './rules.ts';
import { stageKey } from './fault-env.ts';

const count = 500;
const seed = Number(process.env['FAULT_SEED'] ?? 1);
const only = process.env['FAULT_SEQUENCE'];

interface Sequence {
  readonly number: number;
  /** What happens to the first request, the second one, … on the wire; later ones pass. */
  readonly cuts: readonly Cut[];
  /** … and on the server. */
  readonly faults: readonly StoreFault[];
  /** So many listings after a commit do not show it. */
  readonly lag: number;
  /** Whether the server would take the same version twice. */
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
    { kind: 'lose_answer' },
    { kind: 'lose_answer' },
    { kind: 'cut_answer', afterBytes: random.below(300) },
    random.below(4) === 0 ? { kind: 'silent' } : { kind: 'lose_answer' },
  ];
  return random.pick(kinds);
}

const storeFaults: readonly StoreFault[] = [
  'none',
  'none',
  'none',
  'none',
  'none',
  '500_before',
  '500_after',
  '429',
  '429_long',
  '502_html_before',
  '502_html_after',
  'garbage_after',
  'html_200',
  'empty_after',
  '503_before',
];

function sequenceOf(number: number): Sequence {
  const random = createRandom(seed * 1_000_003 + number);
  const lengths = { cuts: random.below(12), faults: random.below(12) };
  return {
    number,
    cuts: Array.from({ length: lengths.cuts }, () => cutOf(random)),
    faults: Array.from({ length: lengths.faults }, () => random.pick(storeFaults)),
    lag: random.below(4),
    refusesDuplicates: random.below(2) === 0,
    options: [
      ...random.pick([[], [], ['--wait', '20s'], ['--skip-existing'], ['--bump', 'minor']]),
      '--max-wait',
      random.pick(['0', '2s', '60s']),
    ],
  };
}

interface Played extends RunResult {
  readonly versions: readonly string[];
  readonly requestLines: readonly string[];
}

async function play(
  { cuts, faults, lag, refusesDuplicates, options }: Sequence,
  cwd: string,
): Promise<Played> {
  const store = await startVersionStore({
    lag,
    refusesDuplicates,
    fault: (index) => faults[index - 1] ?? 'none',
  });
  const proxy = await startCuttingProxy(
    store.port,
    (_, index) => cuts[index - 1] ?? { kind: 'pass' },
  );
  const env = { LUMIO_API_URL: `${proxy.origin}/developer/v1`, LUMIO_API_KEY: stageKey };
  try {
    const ran = await runLumio(['deploy', '--json', '--timeout', '400ms', ...options], {
      cwd,
      env,
      clock: autoAdvancingClock(),
    });
    return { ...ran, versions: [...store.versions], requestLines: proxy.requestLines };
  } finally {
    await proxy.close();
    await store.close();
  }
}

/** What is wrong with what was told; undefined when it is what happened. */
function flawOf({ exitCode, stdout, stderr, versions }: Played): string | undefined {
  if (versions.length > 1) return `${versions.length} versions: ${versions.join(', ')}`;
  if (exitCode === 0) {
    const told = at(parseDocument(stdout), 'version', 'version');
    return versions[0] === told
      ? undefined
      : `success told of ${String(told)}, there is ${versions.join(', ') || 'none'}`;
  }
  const message = String(at(parseDocument(stderr), 'error', 'message'));
  if (/inside lumio/.test(message)) return message;
  if (versions.length === 1 && !tellsOfChange.test(message))
    return `there is a version, but: ${message}`;
  return versions.length === 0 && /stays submitted/.test(message)
    ? `there is no version, but: ${message}`
    : undefined;
}

test(`${count} sequences of seed ${seed}`, { timeout: 120_000 }, async () => {
  const cwd = await projectOf({
    ...smallProject,
    'lumio.config.json': '{"extensionId":"ext_1","version":"0.1.0"}',
    'dist/picture.png': randomBytes(uploadBytes),
  });
  const numbers =
    only === undefined ? Array.from({ length: count }, (_, index) => index) : [Number(only)];
  const exits = new Map<number, number>();
  const flaws = await inTurns(numbers, 16, async (number) => {
    const sequence = sequenceOf(number);
    const played = await play(sequence, cwd);
    exits.set(played.exitCode, (exits.get(played.exitCode) ?? 0) + 1);
    if (only !== undefined)
      process.stdout.write(
        `${JSON.stringify({ ...sequence, ...played, stdoutBytes: undefined }, undefined, 2)}\n`,
      );
    const flaw = flawOf(played);
    return flaw === undefined ? [] : [`FAULT_SEED=${seed} FAULT_SEQUENCE=${number}: ${flaw}`];
  });
  process.stdout.write(
    `${numbers.length} deploys under random faults, seed ${seed}; exit codes: ${[...exits]
      .sort()
      .map(([code, times]) => `${code} × ${times}`)
      .join(', ')}\n`,
  );
  expect(flaws.flat().join('\n')).toBe('');
});
