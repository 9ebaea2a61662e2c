/** What a deploy that failed says comes next, in words that can be pasted. */
import { expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { leapingClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { runLumio, type World } from '../support/host.ts';
import { exampleId, projectOf, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** A linked project, and a sandbox. */
async function linked(options: Partial<SandboxOptions> = {}): Promise<World> {
  const { env, clock } = await openSandbox(options);
  return { env, clock, cwd: await projectOf(smallProject) };
}

test.each([
  { how: 'linked', options: [], next: 'lumio deploy --bump patch' },
  { how: 'by flag', options: ['-e', 'my-scoreboard'], next: 'lumio deploy -e my-scoreboard --bump patch' },
  { how: 'with its folder', options: ['dist', '-e', exampleId], next: `lumio deploy dist -e ${exampleId} --bump patch` },
  { how: 'with --outdir', options: ['--outdir', './dist'], next: 'lumio deploy --outdir ./dist --bump patch' },
])('what comes next is said in the words that were given, $how, and works', async ({ options, next }) => {
  const world = await linked();
  const ran = await runLumio(['deploy', '--json', '--version', '1.2.0', ...options], world);
  expect(at(ran.error(), 'error', 'next')).toBe(next);
  const again = await runLumio([...next.split(' ').slice(1), '--wait'], world);
  expect(again.exitCode).toBe(0);
  expect(again.stderr).toContain('Note: lumio.config.json still says 1.3.0.');
});

test('a rejection is a step that failed, and points to no dashboard of another API', async () => {
  const ran = await runLumio(['deploy', '--wait'], await linked({ reviewMode: 'reject' }));
  expect(ran.stderr).toContain('Review of 1.3.0: rejected');
  expect(ran.stderr).toContain('Submit a corrected version.');
  expect(ran.stderr).not.toContain('dashboard');
});

test('the wait ends when it is over, however long the retries of a look might take', async () => {
  const clock = leapingClock();
  const world = await linked({ clock, faults: ['listVersions=ok:1', 'listVersions=503'].map(parseFault) });
  const ran = await runLumio(['deploy', '--wait', '10s', '--max-wait', '5m', '--json'], world);
  expect(ran.exitCode).toBe(8);
  expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000);
});
