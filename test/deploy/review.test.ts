import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { Version } from '../../src/api/schemas.ts';
import { waitForReview } from '../../src/deploy/review.ts';
import { LumioError } from '../../src/errors.ts';
import { autoAdvancingClock } from '../support/clock.ts';
import { problemOf } from '../support/problem-of.ts';

const version = (status: string): Version => ({ id: 'ver_1', version: '1.3.0', status });
const other: Version = { id: 'ver_2', version: '1.3.0', status: 'approved' };

/** Waits with a server whose lists show these statuses, one after another, and then the last one for ever. */
async function waiting(
  statuses: readonly (string | Error)[],
  given: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const clock = autoAdvancingClock();
  const seen: string[] = [];
  const troubles: string[] = [];
  let polls = 0;
  const listVersions: Client['listVersions'] = async () => {
    const status = statuses[Math.min(polls++, statuses.length - 1)] ?? '';
    if (status instanceof Error) throw status;
    return { versions: status === '' ? [other] : [other, version(status)] };
  };
  const wait = {
    extensionId: 'ext_1',
    again: {
      deploy: ' dist -e my-board',
      extension: ' -e my-board',
      dashboard: 'https://lumio.vision/dashboard/extensions/ext_1',
    },
    version: version('pending'),
    timeoutMs: given.timeoutMs ?? 600_000,
    clock,
    signal: given.signal ?? new AbortController().signal,
    onChange: ({ status }: Version) => void seen.push(status),
    onTrouble: ({ message }: LumioError) => void troubles.push(message),
  };
  return { run: () => waitForReview({ listVersions }, wait), clock, seen, troubles };
}

const refused = new LumioError('network', { code: 'network', message: 'Nobody answers.' });

describe('the wait for a review', () => {
  test('tells each change once, survives what goes wrong, and ends with the approved version', async () => {
    const { run, seen, troubles } = await waiting([
      'pending',
      'pending',
      refused,
      'in_review',
      'in_review',
      '',
      'approved',
    ]);
    expect(await run()).toEqual(version('approved'));
    expect(seen).toEqual(['pending', 'in_review', 'approved']);
    expect(troubles).toEqual([
      'Nobody answers.',
      'The server does not list version 1.3.0 (ver_1).',
    ]);
  });

  test('asks less and less often', async () => {
    const { run, clock } = await waiting([
      ...Array.from({ length: 7 }, () => 'pending'),
      'approved',
    ]);
    await run();
    expect(clock.sleeps).toEqual([5000, 7500, 11_250, 16_875, 25_312.5, 30_000, 30_000]);
  });

  test('rejected: where the reasons are, and the command for the next version', async () => {
    const { run } = await waiting(['rejected']);
    const problem = await problemOf(run);
    expect(problem).toMatchObject({
      kind: 'rejected',
      next: 'lumio deploy dist -e my-board --bump patch',
      details: { version: version('rejected') },
    });
    expect(problem.hint).toContain('(https://lumio.vision/dashboard/extensions/ext_1)');
  });

  test('a version that is no longer listed is told once, and is the outcome unless it comes back', async () => {
    const gone = await waiting(['pending', ''], { timeoutMs: 20_000 });
    expect(await problemOf(gone.run)).toMatchObject({
      kind: 'timed_out',
      code: 'version_not_listed',
      message:
        'The wait is over. Version 1.3.0 (ver_1) was submitted, but the server does not list it any more: it was "pending" when it was last seen.',
      next: 'lumio versions list -e my-board',
    });
    expect(gone.troubles).toEqual(['The server does not list version 1.3.0 (ver_1).']);
    const back = await waiting(['pending', '', '', 'pending', ''], { timeoutMs: 1000 });
    expect(await problemOf(back.run)).toMatchObject({ code: 'version_not_listed' });
    const late = await waiting(['', 'pending'], { timeoutMs: 20_000 });
    expect(await problemOf(late.run)).toMatchObject({ code: 'review_undecided' });
    expect(late.troubles).toEqual([]);
  });

  test('undecided when the time is over, after one last look', async () => {
    const { run, clock } = await waiting(['pending'], { timeoutMs: 6000 });
    expect(await problemOf(run)).toMatchObject({
      kind: 'timed_out',
      next: 'lumio versions wait 1.3.0 -e my-board',
    });
    expect(clock.sleeps).toEqual([5000, 1000]);
  });

  test.each([
    ['interrupted', 'Interrupted.'],
    ['terminated', 'Terminated by SIGTERM.'],
  ] as const)('%s: the version stays submitted', async (kind, message) => {
    const signal = AbortSignal.abort(new LumioError(kind, { code: kind, message }));
    const { run } = await waiting(['in_review'], { signal });
    const problem = await problemOf(run);
    expect(problem).toMatchObject({
      kind,
      code: kind,
      next: 'lumio versions wait 1.3.0 -e my-board',
      details: { version: version('in_review') },
    });
    expect(`${problem.message} ${problem.hint}`).toMatch(/"in_review".*stays submitted/);
  });

  test('what no further poll would mend ends it at once', async () => {
    const { run } = await waiting([
      new LumioError('auth', { code: 'unauthorized', message: 'No.' }),
    ]);
    expect(await problemOf(run)).toMatchObject({ kind: 'auth' });
  });
});
