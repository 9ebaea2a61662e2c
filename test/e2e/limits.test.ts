/** The rate limits of the page, as a user of the tool meets them. */
import { describe, expect, test } from 'vitest';
import { fakeClock, type FakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

interface Limited {
  readonly sandbox: TestSandbox;
  readonly clock: FakeClock;
  readonly run: (...argv: string[]) => Promise<RunResult>;
}

/** A sandbox with the page's limits, after 120 GETs in one second. */
async function afterTheLimit(): Promise<Limited> {
  const clock = fakeClock();
  const sandbox = await openSandbox({ clock, rateLimit: 1 });
  for (let count = 0; count < 120; count += 1) await sandbox.call('GET', '/extensions');
  return {
    sandbox,
    clock,
    run: (...argv) =>
      runLumio(['extensions', 'list', '--json', ...argv], { env: sandbox.env, clock }),
  };
}

describe('the 121st GET in a minute', () => {
  test('is refused with 429 and the seconds to wait', async () => {
    const { sandbox } = await afterTheLimit();
    const response = await fetch(`${sandbox.url}/extensions`, {
      headers: { authorization: `Bearer ${sandbox.apiKey}` },
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
  });

  test('with --max-wait 0 fails immediately with 9 and the time of the next attempt', async () => {
    const { run, clock } = await afterTheLimit();
    const ran = await run('--max-wait', '0');
    expect(ran.exitCode).toBe(9);
    expect(at(ran.error(), 'error')).toMatchObject({
      code: 'rate_limited',
      status: 429,
      retryAfterSeconds: 60,
    });
    expect(at(ran.error(), 'error', 'hint')).toContain('2026-05-01T12:01:00Z');
    expect(clock.sleeps).toEqual([]);
  });

  test('fails immediately if the wait exceeds --max-wait', async () => {
    const { run, clock } = await afterTheLimit();
    expect((await run('--max-wait', '30s')).exitCode).toBe(9);
    expect(clock.sleeps).toEqual([]);
  });

  test('is retried and succeeds if the wait fits --max-wait', async () => {
    const { run, clock } = await afterTheLimit();
    const ran = await run('--max-wait', '2m');
    expect(ran.exitCode).toBe(0);
    const waitedMs = clock.sleeps.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(60_000);
    expect(waitedMs).toBeLessThan(120_000);
  });
});
