import { describe, expect, test } from 'vitest';
import type { Version } from '../../src/api/resources.ts';
import { type ReviewDeps, waitForReview } from '../../src/deploy/review.ts';
import { followSteps } from '../../src/deploy/steps.ts';
import { LumioError } from '../../src/errors.ts';
import { fakeClock } from '../support/clock.ts';
import { problemOf } from '../support/problem-of.ts';

const version = (status: string): Version => ({ id: 'ver_1', version: '1.3.0', status });
const other: Version = { id: 'ver_2', version: '1.3.0', status: 'approved' };

/** Waits while a server lists these statuses in turn, and then the last one forever. */
function waiting(
  statuses: readonly (string | Error)[],
  options: { timeoutMs?: number; signal?: AbortSignal; setBackMs?: number; id?: string } = {},
) {
  const { id = 'ver_1' } = options;
  const clock = fakeClock();
  const seen: string[] = [];
  const failures: string[] = [];
  let polls = 0;
  const listVersions: ReviewDeps['listVersions'] = async () => {
    const status = statuses[Math.min(polls++, statuses.length - 1)] ?? '';
    clock.setBack(options.setBackMs ?? 0);
    if (status instanceof Error) throw status;
    const own = status === '' ? [] : [{ ...version(status), id }];
    return { versions: id === '' ? own : [other, ...own] };
  };
  const input = {
    followUp: {
      deploy: ' dist -e my-board',
      extension: ' -e my-board',
      dashboard: 'https://lumio.vision/dashboard/extensions/ext_1',
    },
    version: { ...version('pending'), id },
    timeoutMs: options.timeoutMs ?? 600_000,
  };
  const signal = options.signal ?? new AbortController().signal;
  const run = () =>
    followSteps(waitForReview(input, { listVersions, host: { clock, signal } }), (step) => {
      if (step.kind === 'review') seen.push(step.version.status);
      else if (step.kind === 'poll-failed') failures.push(step.error.problem.code);
    });
  return { run, clock, seen, failures };
}

const refused = new LumioError('network', { code: 'network', message: 'No response.' });

const slowDown = new LumioError('rate_limited', {
  code: 'rate_limited',
  message: 'Slow down.',
  retryAfterSeconds: 100,
});

describe('waitForReview', () => {
  test('yields each change once, tolerates failed polls, returns the version', async () => {
    const { run, seen, failures } = waiting([
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
    expect(failures).toEqual(['network', 'version_not_listed']);
  });

  test('polls at growing intervals', async () => {
    const { run, clock } = waiting([...Array.from({ length: 7 }, () => 'pending'), 'approved']);
    await run();
    expect(clock.sleeps).toEqual([5000, 7500, 11_250, 16_875, 25_312.5, 30_000, 30_000]);
  });

  test('ends on time although the clock is set back during the wait', async () => {
    const { run, clock } = waiting(['pending'], { timeoutMs: 60_000, setBackMs: 3_600_000 });
    expect(await problemOf(run)).toMatchObject({ kind: 'timed_out' });
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(59_000);
  });

  test('links the dashboard after a rejection', async () => {
    const { run } = waiting(['rejected']);
    const problem = await problemOf(run);
    expect(problem).toMatchObject({
      kind: 'review_rejected',
      next: 'lumio open -e my-board',
      details: { version: version('rejected') },
    });
    expect(problem.hint).toContain('(https://lumio.vision/dashboard/extensions/ext_1)');
  });

  test('reports a version that disappears once, and fails unless it reappears', async () => {
    const unlisted = waiting(['pending', ''], { timeoutMs: 20_000 });
    expect(await problemOf(unlisted.run)).toMatchObject({
      kind: 'timed_out',
      code: 'version_not_listed',
      next: 'lumio versions list -e my-board',
    });
    expect(unlisted.failures).toEqual(['version_not_listed']);
    const back = waiting(['pending', '', '', 'pending', ''], { timeoutMs: 60_000 });
    expect(await problemOf(back.run)).toMatchObject({ code: 'version_not_listed' });
    const late = waiting(['', 'pending'], { timeoutMs: 20_000 });
    expect(await problemOf(late.run)).toMatchObject({ code: 'review_undecided' });
    expect(late.failures).toEqual([]);
  });

  test('times out after one last poll', async () => {
    const { run, clock } = waiting(['pending'], { timeoutMs: 7000 });
    expect(await problemOf(run)).toMatchObject({
      kind: 'timed_out',
      next: 'lumio versions wait 1.3.0 -e my-board',
    });
    expect(clock.sleeps).toEqual([5000, 1000]);
  });

  test('reports a failure of the last poll only in its error', async () => {
    const { run, failures } = waiting(['pending', refused, 'pending', refused], {
      timeoutMs: 20_000,
    });
    expect(await problemOf(run)).toMatchObject({
      code: 'review_undecided',
      message: expect.stringContaining(refused.message),
    });
    expect(failures).toEqual(['network']);
  });

  test('waits for as long as the server asks', async () => {
    const { run, clock } = waiting([slowDown, 'approved'], { timeoutMs: 600_000 });
    expect(await run()).toEqual(version('approved'));
    expect(clock.sleeps).toEqual([100_000]);
  });

  test('times out immediately if the server asks for more time than is left', async () => {
    const { run, clock } = waiting([slowDown, 'approved'], { timeoutMs: 60_000 });
    expect(await problemOf(run)).toMatchObject({
      kind: 'timed_out',
      message: expect.stringContaining('1m40s'),
      next: 'lumio versions wait 1.3.0 -e my-board',
    });
    expect(clock.sleeps).toEqual([]);
  });

  test('limits each poll by the end of the wait', async () => {
    const limits: unknown[] = [];
    const clock = fakeClock();
    const deadlineMs = clock.monotonicMs() + 3000;
    const listVersions: ReviewDeps['listVersions'] = async (limit) => {
      limits.push(limit);
      return { versions: [version('pending')] };
    };
    const { signal } = new AbortController();
    const followUp = { deploy: '', extension: '', dashboard: undefined };
    const input = { followUp, version: version('pending'), timeoutMs: 3000 };
    const steps = waitForReview(input, { listVersions, host: { clock, signal } });
    await problemOf(() => followSteps(steps, () => undefined));
    expect(limits).toEqual([{ deadlineMs }, { deadlineMs }]);
  });

  test.each([
    ['interrupted', 'Interrupted.'],
    ['terminated', 'Terminated by SIGTERM.'],
  ] as const)('stops when %s and suggests how to resume', async (kind, message) => {
    const signal = AbortSignal.abort(new LumioError(kind, { code: kind, message }));
    const { run } = waiting(['in_review'], { signal });
    expect(await problemOf(run)).toMatchObject({
      kind,
      code: kind,
      next: 'lumio versions wait 1.3.0 -e my-board',
      details: { version: version('in_review') },
    });
  });

  test('stops on an error that further polls would repeat', async () => {
    for (const message of ['No.', 'No']) {
      const { run } = waiting([new LumioError('auth', { code: 'unauthorized', message })]);
      expect(await problemOf(run)).toMatchObject({
        kind: 'auth',
        message: expect.stringMatching(/^No\. Version/),
      });
    }
  });

  test.each(['rejected', 'pending', ''])(
    'names a version without an id by its number: "%s"',
    async (status) => {
      const { run } = waiting([status], { id: '', timeoutMs: 5000 });
      expect((await problemOf(run)).message).not.toContain('()');
    },
  );
});
