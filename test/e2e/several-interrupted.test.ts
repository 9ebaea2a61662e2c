import { expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { fakeClock, interruptedClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { interruption, runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { all, config, deployAll, repository } from './several.ts';

const firstPause = { pause: 1, reason: interruption() };

test('reports rejected versions after Ctrl-C while waiting', async () => {
  const sandbox = await openSandbox({ reviewMode: 'reject' });
  await sandbox.call('POST', '/extensions', { name: 'Two' });
  const hostOptions = {
    cwd: await temporaryDirectory(repository),
    env: sandbox.env,
    clock: sandbox.clock,
  };
  await runLumio(['deploy', 'packages/one', '--wait'], hostOptions);
  const ran = await runLumio(['deploy', ...all, '--skip-existing', '--wait', '--json'], {
    ...hostOptions,
    ...interruptedClock(sandbox.clock, firstPause),
  });
  expect(ran.exitCode).toBe(130);
  expect(ran.error()).toMatchObject({
    deploys: [
      {
        directory: 'packages/one',
        outcome: 'skipped',
        version: { status: 'rejected' },
        message: expect.stringContaining('1.3.0'),
      },
      { directory: 'packages/two', outcome: 'created' },
    ],
  });
});

test('reports earlier failures after Ctrl-C during an upload', async () => {
  const { clock, signal } = interruptedClock(fakeClock(), firstPause);
  const files = { 'packages/one/lumio.config.json': config('my-scoreboard', '1.2.0') };
  const ran = await deployAll([...all, '--json'], {
    files,
    sandbox: { clock, faults: [parseFault('submitVersion=429:1')] },
    signal,
  });
  expect(ran.exitCode).toBe(130);
  expect(at(ran.error(), 'deploys')).toEqual([
    {
      directory: 'packages/one',
      outcome: 'failed',
      extension: { id: exampleId, slug: 'my-scoreboard', name: 'Sports Scoreboard' },
      version: { version: '1.2.0' },
      message: expect.stringContaining('1.2.0'),
      notes: [expect.stringContaining('1.2.0')],
    },
  ]);
});

test('reports what was submitted after Ctrl-C', async () => {
  const { clock, signal } = interruptedClock(fakeClock(), firstPause);
  const ran = await deployAll([...all, '--wait', '--json'], {
    sandbox: { reviewMode: 'never', clock },
    signal,
  });
  expect(ran.exitCode).toBe(130);
  expect(ran.error()).toMatchObject({
    error: {
      code: 'interrupted',
      message: expect.stringContaining('1.3.0'),
      next: 'lumio versions wait 1.3.0 -e my-scoreboard',
    },
    deploys: [
      { directory: 'packages/one', outcome: 'created' },
      { directory: 'packages/two', outcome: 'created' },
    ],
  });
});
