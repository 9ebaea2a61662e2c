/** Next steps after a failed deploy, as commands that can be pasted. */
import { expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { fakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { runLumio, type HostOptions } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** A linked project, and a sandbox. */
async function linked(options: Partial<SandboxOptions> = {}): Promise<HostOptions> {
  const { env, clock } = await openSandbox(options);
  return { env, clock, cwd: await temporaryDirectory(smallProject) };
}

test.each([
  { how: 'linked', options: [], next: 'lumio deploy --bump patch' },
  {
    how: 'by flag',
    options: ['-e', 'my-scoreboard'],
    next: 'lumio deploy -e my-scoreboard --bump patch',
  },
  {
    how: 'with its directory',
    options: ['dist', '-e', exampleId],
    next: `lumio deploy dist -e ${exampleId} --bump patch`,
  },
  {
    how: 'with --outdir',
    options: ['--outdir', './dist'],
    next: 'lumio deploy --outdir ./dist --bump patch',
  },
])('suggests a command that works, $how', async ({ options, next }) => {
  const hostOptions = await linked();
  const ran = await runLumio(['deploy', '--json', '--version', '1.2.0', ...options], hostOptions);
  expect(at(ran.error(), 'error', 'next')).toBe(next);
  const again = await runLumio([...next.split(' ').slice(1), '--wait'], hostOptions);
  expect(again.exitCode).toBe(0);
});

test('links to the reason of a rejection', async () => {
  const ran = await runLumio(['deploy', '--wait'], await linked({ reviewMode: 'reject' }));
  expect(ran.exitCode).toBe(7);
  expect(ran.stderr).toMatch(/^error: .*1\.3\.0/m);
  expect(ran.stderr).toMatch(/\/dashboard\/extensions\/ext_[^]*→ lumio open$/m);
});

test('stops waiting on time, however long retries take', async () => {
  const clock = fakeClock();
  const hostOptions = await linked({
    clock,
    faults: ['listVersions=ok:1', 'listVersions=503'].map(parseFault),
  });
  const ran = await runLumio(
    ['deploy', '--wait', '10s', '--max-wait', '5m', '--json'],
    hostOptions,
  );
  expect(ran.exitCode).toBe(8);
  expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000);
});

test.each([
  { version: '1.1.9', notes: 1 },
  { version: '1.2.0-beta.1', notes: 1 },
  { version: '1.2.1', notes: 0 },
])('notes that $version is lower than the highest version', async ({ version, notes }) => {
  const ran = await runLumio(['deploy', '-v', version], await linked());
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr.match(/^Note: .*\b1\.2\.0/gm) ?? []).toHaveLength(notes);
});

test('lists each missing input on a line, without breaking words', async () => {
  const ran = await runLumio(['deploy', '--no-input'], {
    terminal: { columns: 80 },
    env: { NO_COLOR: '1' },
  });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr.match(/^ {2}- (?:built directory|version|extension|API key): /gm)).toHaveLength(
    4,
  );
  for (const line of ran.stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('names the variable of a refused key, and suggests no login', async () => {
  const hostOptions = await linked();
  const ran = await runLumio(['versions', 'list', '--json'], {
    ...hostOptions,
    env: { ...hostOptions.env, LUMIO_API_KEY: `lm_dev_${'w'.repeat(57)}` },
  });
  expect(ran.exitCode).toBe(4);
  const error = at(ran.error(), 'error');
  expect(error).toMatchObject({
    hint: expect.stringMatching(/lm_dev_\*{4}wwww.*LUMIO_API_KEY/),
  });
  expect(error).not.toHaveProperty('next');
});
