/** `lumio sandbox`: what it holds in a project of one's own, and what it says of itself. */
import { expect, test } from 'vitest';
import { sandboxStart } from '../../src/commands/sandbox/start.ts';
import { at } from '../support/document.ts';
import { interruption, runLumio } from '../support/host.ts';
import { binary, lumio, node } from '../support/lumio.ts';
import { projectOf, smallProject } from '../support/project.ts';

const ownProject = {
  ...smallProject,
  'lumio.config.json': JSON.stringify({
    extensionId: 'ext_my0wn',
    name: 'My Own',
    version: '0.1.0',
  }),
} as const;
const note = 'The sandbox also holds ext_my0wn from lumio.config.json.\n';

test("a rehearsal in a project of one's own goes through", async () => {
  const rehearsal = [
    'sandbox',
    'exec',
    '--review-after',
    '0s',
    '--',
    node,
    binary,
    'deploy',
    '--wait',
    '--quiet',
    '--json',
  ];
  const ended = await lumio(rehearsal, { cwd: await projectOf(ownProject) });
  expect(ended).toMatchObject({ exitCode: 0, stderr: note });
  expect(ended.json()).toMatchObject({ outcome: 'created', extension: { id: 'ext_my0wn' } });
});

test.each([
  { files: ownProject, flags: [], says: note },
  { files: ownProject, flags: ['--quiet'], says: '' },
  {
    files: { ...ownProject, 'seed.json': '{"extensions": []}' },
    flags: ['--seed', 'seed.json'],
    says: '',
  },
  { files: smallProject, flags: [], says: '' },
  { files: { ...smallProject, 'lumio.config.json': '{' }, flags: [], says: '' },
])('sandbox exec $flags says $says', async ({ files, flags, says }) => {
  const ran = await runLumio(['sandbox', 'exec', ...flags, '--', process.execPath, '-e', '0'], {
    cwd: await projectOf(files),
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: says });
});

test.each([
  { flags: [], says: 'Ctrl-C stops the sandbox; its state is in memory and then gone.' },
  { flags: ['--data', 'kept'], says: 'Ctrl-C stops the sandbox; its state stays in kept.' },
])(
  'sandbox start $flags says where its state is, and that it has stopped',
  async ({ flags, says }) => {
    const ran = await runLumio(['sandbox', 'start', '--port', '0', ...flags], {
      terminal: { columns: 100 },
      signal: AbortSignal.abort(interruption()),
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(`${says}\nStopped.\n`);
  },
);

test('the document of sandbox start has the keys that its definition tells of', async () => {
  const ran = await runLumio(['sandbox', 'start', '--port', '0', '--json'], {
    signal: AbortSignal.abort(interruption()),
  });
  const told = sandboxStart.json.slice(0, sandboxStart.json.indexOf('}')).match(/(?<=")\w+(?=")/g);
  expect(Object.keys(Object(ran.json()))).toEqual(told);
});

test.each(['200', '0.5'])('--latency %s has no unit', async (latency) => {
  const ran = await runLumio([
    'sandbox',
    'exec',
    '--latency',
    latency,
    '--json',
    '--',
    process.execPath,
    '-e',
    '0',
  ]);
  expect(ran.exitCode).toBe(2);
  expect(at(ran.error(), 'error')).toMatchObject({
    code: 'invalid_duration',
    hint: `Write ${latency}ms or ${latency}s.`,
  });
});

test.each(['0', '1ms'])('--latency %s is taken', async (latency) => {
  expect(
    (await runLumio(['sandbox', 'exec', '--latency', latency, '--', process.execPath, '-e', '0']))
      .exitCode,
  ).toBe(0);
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'a port that only root may have is no bug of lumio',
  async () => {
    const ran = await runLumio(['sandbox', 'start', '--port', '1', '--json']);
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error')).toMatchObject({
      code: 'port_refused',
      hint: expect.stringContaining('--port'),
    });
  },
);

test('refuses a program that does not exist', async () => {
  const ran = await runLumio(['sandbox', 'exec', '--json', '--', 'no-such-command-here']);
  expect(at(ran.error(), 'error')).toMatchObject({
    code: 'command_not_started',
    message: expect.stringContaining('no-such-command-here'),
  });
});
