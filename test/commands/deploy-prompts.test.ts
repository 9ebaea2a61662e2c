/** What `lumio deploy` asks for in a terminal, and how its result begins. */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

async function unversioned() {
  const { env, clock } = await openSandbox();
  const cwd = await temporaryDirectory({
    'lumio.config.json': `{"extensionId":"${exampleId}","name":"Scores"}`,
    'dist/index.html': '<p>1</p>',
  });
  return { cwd, clock, env: { ...env, NO_COLOR: '1' }, terminal: { columns: 80 } };
}

describe('without a version', () => {
  test.each([
    { answer: '1.2.1', typed: [] },
    { answer: '2.0.0', typed: [] },
    { answer: 'other', typed: ['4.5.6'] },
  ])('offers the versions after the highest one: $answer', async ({ answer, typed }) => {
    const ran = await runLumio(['deploy'], {
      ...(await unversioned()),
      answers: [
        { kind: 'select', answer },
        ...typed.map((text) => ({ kind: 'text' as const, answer: text })),
      ],
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout.split('\n')[0]).toContain(`${typed[0] ?? answer} to Scores`);
  });

  test('fails before anything is sent if prompts are disabled', async () => {
    const ran = await runLumio(['deploy', '--no-input', '--json'], await unversioned());
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({ error: { code: 'no_version' } });
  });
});

test.each(['-m', '--message', '-c', '--description'])(
  'shows that the changelog is from the command line: %s',
  async (option) => {
    const ran = await runLumio(['deploy', '-v', '3.0.0', option, 'x'], await unversioned());
    expect(ran.stdout).toMatch(/^Changelog +command line \(1 character\)$/m);
  },
);

test('a dry run ends with what would be deployed', async () => {
  const ran = await runLumio(['deploy', '-v', '3.0.0', '--dry-run'], await unversioned());
  expect(ran.stdout.trimEnd().split('\n').at(-1)).toMatch(/3\.0\.0.*Nothing was uploaded\.$/);
  expect(ran.stdout).not.toMatch(/^[a-zA-Z ]+ +-$/m);
  for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('shows after a 503 how long it checks, without stale bytes', async () => {
  const { env, clock } = await openSandbox({ faults: [parseFault('submitVersion=503:1')] });
  const { cwd } = await unversioned();
  const ran = await runLumio(['deploy', '-v', '3.0.0'], { env, clock, cwd });
  expect(ran.exitCode).toBe(0);
  const checking = ran.stderr.split('\n').filter((line) => line.startsWith('Checking'));
  expect(checking).toHaveLength(1);
  expect(checking[0]).not.toMatch(/\d+ B/);
});

test('names the example extension if the API is a sandbox and none is specified', async () => {
  const { env } = await openSandbox();
  const cwd = await temporaryDirectory({ 'dist/index.html': '<p>1</p>' });
  const ran = await runLumio(['deploy', '-v', '1.0.0', '--json'], { env, cwd });
  expect(ran.error()).toMatchObject({
    error: { code: 'no_extension', hint: expect.stringContaining('my-scoreboard') },
  });
});

test('several projects end with one line, and each hint fits the directory', async () => {
  const { env, clock } = await openSandbox();
  const cwd = await temporaryDirectory({
    'packages/one/lumio.config.json': `{"extensionId":"${exampleId}","version":"1.3.0"}`,
    'packages/one/dist/index.html': '<p>1</p>',
    'packages/two/lumio.config.json': '{"extensionId":"unknown","version":"1.0.0"}',
    'packages/two/dist/index.html': '<p>2</p>',
  });
  const shown = await runLumio(['deploy', 'packages/*'], {
    env,
    clock,
    cwd,
    terminal: { columns: 80 },
  });
  expect(shown.exitCode).toBe(5);
  expect(shown.stdout.trimEnd().split('\n').at(-1)).toBe('1 deployed, 1 failed');
  expect(shown.stderr).toContain('lumio -C packages/two init');
  const piped = await runLumio(['deploy', 'packages/*', '--skip-existing'], { env, clock, cwd });
  expect(piped.stderr.trimEnd().split('\n').at(-1)).toBe('1 skipped, 1 failed');
});

test.each([
  ['a variable', { LUMIO_EXTENSION: exampleId }, true],
  ['the directory', {}, false],
])('names the extension before the upload if it comes from %s', async (_source, env, isNamed) => {
  const host = await unversioned();
  const ran = await runLumio(['deploy', '-v', '3.0.0'], { ...host, env: { ...host.env, ...env } });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr.includes('LUMIO_EXTENSION')).toBe(isNamed);
});
