/** `installs stats --watch` updates until Ctrl-C, through temporary failures. */
import { expect, test } from 'vitest';
import { versionShares } from '../../src/commands/installs.ts';
import { LumioError } from '../../src/errors.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { cleanUp } from '../support/clean-up.ts';
import { fakeClock, interruptedClock } from '../support/clock.ts';
import { interruption, runLumio } from '../support/host.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

/** Ctrl-C at the third pause. */
function watcher(reason = interruption()): {
  clock: ReturnType<typeof fakeClock>;
  signal: AbortSignal;
} {
  const clock = fakeClock();
  const interrupted = interruptedClock(clock, { pause: 3, reason });
  return { clock: { ...clock, ...interrupted.clock }, signal: interrupted.signal };
}

test.each([
  ['while requests succeed', [], 3],
  ['after an unreadable response', ['getInstalls=ok:1', 'getInstalls=garbage:1'], 2],
])('continues %s, and ends with 0 at Ctrl-C', async (_when, faults, documents) => {
  const { env } = await openSandbox({ faults: faults.map(parseFault) });
  const ran = await runLumio(['installs', 'stats', '-e', exampleId, '--watch', '10s', '--json'], {
    env,
    ...watcher(),
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toBe('');
  const lines = ran.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toHaveLength(documents);
  expect(lines[0]).toMatchObject({ total: 142, active: 138 });
});

test('erases ^C on a terminal', async () => {
  const { env } = await openSandbox();
  const argv = ['installs', 'stats', '-e', exampleId, '--watch', '10s'];
  const ran = await runLumio(argv, { env, terminal: { columns: 80 }, ...watcher() });
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout.endsWith('\n\r\u001B[K')).toBe(true);
});

test('stops at an error that a retry would not fix', async () => {
  const { env } = await openSandbox({
    faults: ['getInstalls=ok:1', 'getInstalls=404'].map(parseFault),
  });
  const ran = await runLumio(['installs', 'stats', '-e', exampleId, '--watch', '--json'], { env });
  expect(ran.exitCode).toBe(5);
});

test.each(['0', '0s', '0ms'])('refuses an interval of %s', async (interval) => {
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

test('SIGTERM ends a watch with its own exit code', async () => {
  const { env } = await openSandbox();
  const { clock, signal } = watcher(
    new LumioError('terminated', { code: 'terminated', message: 'Terminated.' }),
  );
  const argv = ['installs', 'stats', '-e', exampleId, '--watch', '10s', '--json'];
  expect((await runLumio(argv, { env, clock, signal })).exitCode).toBe(143);
});

test('keeps keys that the server sends', async () => {
  const sent = { inactive: 3, versions: 'all' };
  const installs = { total: 6, active: 1, byVersion: { ver_0: 1 }, ...sent };
  const versions = [{ id: 'ver_0', version: '1.0.0', status: 'approved' }];
  const server = await startScriptedServer((request, response) =>
    sendJson(response, 200, request.path.endsWith('/installs') ? installs : { versions }),
  );
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_test_0123456789abcdef' };
  const ran = await runLumio(['installs', 'stats', '-e', exampleId, '--json'], { env });
  expect(ran.json()).toMatchObject({ total: 6, active: 1, ...sent });
});

test('reads each listed version once', () => {
  let reads = 0;
  const ids = Array.from({ length: 100 }, (_, at) => `ver_${at}`);
  const listed = ids.map((id) => ({
    get id() {
      reads += 1;
      return id;
    },
    version: '1.0.0',
  }));
  const byVersion = Object.fromEntries(ids.map((id) => [id, 1]));
  expect(versionShares({ active: 100, byVersion }, listed)).toHaveLength(100);
  expect(reads).toBe(100);
});

test.each([0, Infinity])('a share of %d installs is finite', (active) => {
  const shares = versionShares({ active, byVersion: { ver_1: Infinity, ver_2: 1 } }, []);
  expect(shares.map(({ share }) => share)).toEqual([0, 0]);
});
