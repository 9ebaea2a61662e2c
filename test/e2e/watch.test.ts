/** `installs stats --watch`: again and again until Ctrl-C, whatever a single look meets. */
import { expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { autoAdvancingClock } from '../support/clock.ts';
import { interruption, runLumio } from '../support/host.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** A person who presses Ctrl-C at the third pause. */
function watcher(): { clock: ReturnType<typeof autoAdvancingClock>; signal: AbortSignal } {
  const clock = autoAdvancingClock();
  const controller = new AbortController();
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (clock.sleeps.length === 2) controller.abort(interruption());
    await clock.sleep(ms, signal);
  };
  return { clock: { ...clock, sleep }, signal: controller.signal };
}

test.each([
  ['in calm weather', [], 3],
  ['over an answer that is none', ['getInstalls=ok:1', 'getInstalls=garbage:1'], 2],
])('goes on %s', async (_weather, faults, documents) => {
  const { env } = await openSandbox({ faults: faults.map(parseFault) });
  const ran = await runLumio(['installs', 'stats', '-e', exampleId, '--watch', '10s', '--json'], {
    env,
    ...watcher(),
  });
  expect(ran.exitCode).toBe(130);
  const lines = ran.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toHaveLength(documents);
  expect(lines[0]).toMatchObject({ total: 142, active: 138 });
});

test('ends at once where another look would not help', async () => {
  const { env } = await openSandbox({
    faults: ['getInstalls=ok:1', 'getInstalls=404'].map(parseFault),
  });
  const ran = await runLumio(['installs', 'stats', '-e', exampleId, '--watch', '--json'], { env });
  expect(ran.exitCode).toBe(5);
});

test.each(['0', '0s', '0ms'])('an interval of %s would ask without end', async (interval) => {
  const { env, requests } = await openSandbox();
  const ran = await runLumio(
    ['installs', 'stats', '-e', exampleId, '--watch', interval, '--json'],
    { env, ...watcher() },
  );
  expect(ran.exitCode).toBe(2);
  expect(ran.error()).toMatchObject({
    error: { code: 'invalid_duration', message: expect.stringContaining('--watch') },
  });
  expect(requests()).toEqual([]);
});
