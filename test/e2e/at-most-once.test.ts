/** Commands that create something create it once, whatever the server and the network do. */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock, fastClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import {
  type ScriptedServer,
  sendJson,
  startScriptedServer,
} from '../support/servers/scripted-server.ts';

const newVersion = { id: 'ver_new', version: '1.3.0', status: 'pending' };

interface LateServer extends ScriptedServer {
  readonly env: Readonly<Record<string, string>>;
  /** Versions that it stored, listed or not. */
  readonly stored: readonly object[];
}

/**
 * Accepts every upload, lists it `listedAfterMs` later, and loses the first response. Refuses
 * further uploads with `refusal`.
 */
async function lateServer(options: {
  clock: { monotonicMs(): number };
  listedAfterMs: number;
  refusal?: number;
}): Promise<LateServer> {
  const { clock, listedAfterMs, refusal } = options;
  const stored: { version: object; atMs: number }[] = [];
  const server = autoClose(
    await startScriptedServer(({ method }, response) => {
      if (method === 'GET') {
        const listed = stored.filter(({ atMs }) => clock.monotonicMs() >= atMs + listedAfterMs);
        return sendJson(response, 200, { versions: listed.map(({ version }) => version) });
      }
      if (refusal !== undefined && stored.length > 0)
        return sendJson(response, refusal, { error: { code: 'validation_error', message: 'No.' } });
      const version = { ...newVersion, id: `ver_${stored.length}` };
      stored.push({ version, atMs: clock.monotonicMs() });
      return stored.length === 1 ? response.destroy() : sendJson(response, 202, { version });
    }),
  );
  const env = { LUMIO_API_KEY: 'lm_dev_any', LUMIO_API_URL: server.origin };
  return { ...server, env, stored };
}

describe("a server that lists 5 s late and doesn't refuse a second upload", () => {
  test.each([
    ['60s', 0],
    ['10s', 0],
    ['8s', 0],
    ['4s', 10],
    ['0', 10],
  ])('has one version with --max-wait %s (exit %d)', async (maxWait, exitCode) => {
    const clock = fakeClock();
    const { env, stored } = await lateServer({ clock, listedAfterMs: 5000 });
    const cwd = await temporaryDirectory(smallProject);
    const ran = await runLumio(['deploy', '--json', '--max-wait', maxWait], { env, cwd, clock });
    expect(stored).toHaveLength(1);
    expect(ran.exitCode).toBe(exitCode);
    if (exitCode === 0) expect(ran.json()).toMatchObject({ outcome: 'created', recovered: true });
    else
      expect(at(ran.error(), 'error')).toMatchObject({
        code: 'connection_lost',
        mayHaveTakenEffect: true,
        next: expect.stringMatching(/^lumio versions list/),
      });
  });
});

test('a refusal after a lost response reports that the first upload may have succeeded', async () => {
  const clock = fakeClock();
  const { env, stored } = await lateServer({ clock, listedAfterMs: 3_600_000, refusal: 422 });
  const cwd = await temporaryDirectory(smallProject);
  const ran = await runLumio(['deploy', '--json'], { env, cwd, clock });
  expect([stored.length, ran.exitCode]).toEqual([1, 7]);
  expect(at(ran.error(), 'error')).toMatchObject({
    code: 'validation_error',
    status: 422,
    mayHaveTakenEffect: true,
    next: `lumio versions list -e ${exampleId}`,
  });
});

test('extensions create after a late commit creates one extension', async () => {
  const clock = fastClock();
  const sandbox = await openSandbox({
    clock,
    faults: [parseFault('createExtension=late-commit:1@4')],
  });
  const argv = ['extensions', 'create', '--name', 'Dup', '--json'];
  const ran = await runLumio(argv, { env: sandbox.env, clock });
  expect(ran.exitCode).toBe(0);
  expect(ran.json()).toMatchObject({ extension: { name: 'Dup' }, recovered: true });
  await clock.idle();
  const listed = await runLumio(['extensions', 'list', '--query', 'extensions[].name'], sandbox);
  expect(listed.json()).toEqual(['Dup', 'Sports Scoreboard']);
});

test('three processes with --skip-existing at once succeed with one upload', async () => {
  const sandbox = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  const argv = ['deploy', '--skip-existing', '--json'];
  const runs = await Promise.all([1, 2, 3].map(() => lumio(argv, { env: sandbox.env, cwd })));
  expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
  const outcomes = runs.map((ran) => String(at(ran.json(), 'outcome'))).sort();
  expect(outcomes).toEqual(['created', 'skipped', 'skipped']);
  const { body } = await sandbox.call('GET', `/extensions/${exampleId}/versions`);
  expect(at(body, 'versions')).toHaveLength(2);
});

test.each([
  ['extensions list', 'listExtensions'],
  ['secrets set TOKEN value -e ext_1', 'setSecret'],
  ['deploy', 'listVersions'],
])('--max-wait 4s ends on time although the clock is set back: %s', async (line, endpoint) => {
  const clock = fakeClock();
  const setBack = {
    ...clock,
    sleep: async (ms: number, signal: AbortSignal) => {
      await clock.sleep(ms, signal);
      clock.setBack(3_600_000);
    },
  };
  const sandbox = await openSandbox({ faults: [parseFault(`${endpoint}=503`)] });
  const cwd = await temporaryDirectory(smallProject);
  const argv = [...line.split(' '), '--max-wait', '4s', '--json'];
  const ran = await runLumio(argv, { env: sandbox.env, cwd, clock: setBack });
  expect([ran.exitCode, at(ran.error(), 'error', 'status')]).toEqual([10, 503]);
  expect(clock.sleeps.length).toBeGreaterThan(1);
  expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(4000);
});
