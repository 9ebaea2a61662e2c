/** `lumio status`: one screen for an extension, in parallel requests that may fail one by one. */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

const apiKey = 'lm_dev_x';

test('reports the extension, its versions, installs and secrets in one document', async () => {
  const { env } = await openSandbox();
  const ran = await runLumio(['status', exampleId, '--json'], { env });
  expect(ran.exitCode).toBe(0);
  expect(ran.json()).toMatchObject({
    extension: { id: exampleId, slug: 'my-scoreboard', visibility: 'public', status: 'approved' },
    live: { version: '1.2.0', status: 'approved' },
    review: null,
    installs: { total: 142, active: 138 },
    secrets: ['API_KEY', 'WEBHOOK_SECRET'],
    rejected: null,
    dashboard: expect.stringMatching(/^http:.*\/dashboard\/extensions\/ext_/),
    next: 'lumio deploy --bump patch -e my-scoreboard',
    failures: [],
  });
});

test.each([80, 120])('fits %i columns', async (columns) => {
  const { env } = await openSandbox();
  const ran = await runLumio(['status', 'my-scoreboard'], { env, terminal: { columns } });
  expect(ran.exitCode).toBe(0);
  for (const text of ['my-scoreboard', '1.2.0', 'API_KEY', exampleId])
    expect(ran.stdout).toContain(text);
  expect(ran.stderr).toContain('lumio deploy --bump patch -e my-scoreboard');
});

test('sends its requests in parallel', async () => {
  let open = 0;
  let most = 0;
  const server = await startScriptedServer(({ path }, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      const body = path.endsWith('/versions')
        ? { versions: [] }
        : path.endsWith('/installs')
          ? { total: 0, active: 0, byVersion: {} }
          : path.endsWith('/secrets')
            ? { keys: [] }
            : { extension: { id: 'ext_1' } };
      sendJson(response, 200, body);
    }, 50);
  });
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: apiKey };
  const ran = await runLumio(['status', 'ext_1', '--json'], { env });
  expect(ran.json()).toMatchObject({ live: null, review: null, next: 'lumio deploy -e ext_1' });
  expect(most).toBe(4);
});

describe('shows what it could load', () => {
  test.each([
    { fault: 'getInstalls=500', part: 'installs' },
    { fault: 'listSecrets=403', part: 'secrets' },
    { fault: 'listVersions=drop-before', part: 'versions' },
  ])('with $fault', async ({ fault, part }) => {
    const { env } = await openSandbox({ faults: [parseFault(fault)] });
    const argv = ['status', exampleId, '--max-wait', '0'];
    const ran = await runLumio([...argv, '--json'], { env });
    expect(ran.exitCode).toBe(0);
    expect(at(ran.json(), 'failures')).toMatchObject([{ part }]);
    expect(at(ran.json(), 'extension', 'id')).toBe(exampleId);
    expect((await runLumio(argv, { env })).stdout).toContain(`Can't load the ${part}`);
  });

  test.each([
    { fault: 'getExtension=500', exitCode: 10 },
    { fault: 'getExtension=401', exitCode: 4 },
  ])('but fails with $fault', async ({ fault, exitCode }) => {
    const { env } = await openSandbox({ faults: [parseFault(fault)] });
    const ran = await runLumio(['status', exampleId, '--max-wait', '0', '--json'], { env });
    expect(ran).toMatchObject({ exitCode, stdout: '' });
  });
});

test('names the version in review and the command that waits for it', async () => {
  const versions = [
    { id: 'ver_1', version: '1.0.0', status: 'approved', approvedAt: '2026-01-01T00:00:00Z' },
    { id: 'ver_2', version: '1.10.0', status: 'pending', submittedAt: '2026-02-01T00:00:00Z' },
    { id: 'ver_3', version: '1.9.0', status: 'rejected', submittedAt: '2026-01-02T00:00:00Z' },
  ];
  const server = await startScriptedServer(({ path }, response) => {
    if (path.endsWith('/versions')) return sendJson(response, 200, { versions });
    sendJson(response, 200, { extension: { id: 'ext_1', currentVersionId: 'ver_1' } });
  });
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: apiKey };
  const ran = await runLumio(['status', 'ext_1', '--json', '--max-wait', '0'], { env });
  expect(ran.json()).toMatchObject({
    live: { id: 'ver_1' },
    review: { id: 'ver_2' },
    next: 'lumio versions wait 1.10.0 -e ext_1',
  });
});

test('counts the other versions in review', async () => {
  const { env } = await openSandbox({ reviewMode: 'never' });
  const cwd = await temporaryDirectory(smallProject);
  for (const version of ['2.0.0', '2.1.0', '2.2.0'])
    await runLumio(['deploy', '-v', version], { env, cwd });
  const ran = await runLumio(['status'], { env, cwd });
  expect(ran.stdout).toContain('In review\t2.2.0\nAlso in review\t2\n');
});

test('names the newest version that the review rejected', async () => {
  const { env, clock } = await openSandbox({ reviewMode: 'reject', reviewAfterMs: 0 });
  const cwd = await temporaryDirectory(smallProject);
  await runLumio(['deploy', '-v', '9.1.0', '--wait'], { env, clock, cwd });
  const ran = await runLumio(['status', '--json'], { env, cwd });
  expect(ran.json()).toMatchObject({
    live: { version: '1.2.0' },
    review: null,
    rejected: { version: '9.1.0', status: 'rejected' },
    next: 'lumio deploy --bump patch',
  });
  for (const [argv, command] of [
    [['status'], '"lumio open"'],
    [['status', '-e', 'my-scoreboard'], '"lumio open -e my-scoreboard"'],
  ] as const) {
    const shown = await runLumio(argv, { env, cwd, terminal: { columns: 80 } });
    expect(shown.stdout).toContain(command);
  }
});
