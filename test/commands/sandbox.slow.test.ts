/** `lumio sandbox`: its extensions in a project, and its output. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { at } from '../support/document.ts';
import { interruption, runLumio } from '../support/host.ts';
import { binary, lumio, node } from '../support/lumio.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';

const ownProject = {
  ...smallProject,
  'lumio.config.json': JSON.stringify({
    extensionId: 'ext_my0wn',
    name: 'My Own',
    version: '0.1.0',
  }),
} as const;
const note = 'The sandbox also contains the extension ext_my0wn from your lumio.config.json.\n';

test('deploys the project in the working directory', async () => {
  const tryDeploy = [
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
  const ended = await lumio(tryDeploy, { cwd: await temporaryDirectory(ownProject) });
  expect(ended).toMatchObject({ exitCode: 0, stderr: note });
  expect(ended.json()).toMatchObject({ outcome: 'created', extension: { id: 'ext_my0wn' } });
});

test('has the extensions of the directories that the command names', async () => {
  const manifest = (extensionId: string): string => JSON.stringify({ extensionId, name: 'App' });
  const cwd = await temporaryDirectory({
    ...ownProject,
    'apps/a/lumio.config.json': manifest('ext_a'),
    'apps/b/lumio.config.json': manifest('ext_b'),
    'apps/b/dist/index.html': '',
    'apps/c/lumio.config.json': '{',
  });
  const added = async (...words: string[]): Promise<string[]> => {
    const command = [process.execPath, '-e', '0', '--', ...words];
    const { stderr } = await runLumio(['sandbox', 'exec', '--', ...command], { cwd });
    return stderr.match(/ext_\w+/g) ?? [];
  };
  expect(await added('-C', 'apps/a', 'deploy')).toEqual(['ext_my0wn', 'ext_a']);
  expect(await added('--cwd=apps/a', 'status')).toEqual(['ext_my0wn', 'ext_a']);
  const several = ['deploy', 'apps/a', 'apps/b/dist', 'apps/c', 'apps/none'];
  expect(await added(...several)).toEqual(['ext_my0wn', 'ext_a', 'ext_b']);
});

test.each([
  { files: ownProject, flags: [], text: note },
  { files: ownProject, flags: ['--quiet'], text: '' },
  {
    files: { ...ownProject, 'seed.json': '{"extensions": []}' },
    flags: ['--seed', 'seed.json'],
    text: '',
  },
  { files: smallProject, flags: [], text: '' },
  { files: { ...smallProject, 'lumio.config.json': '{' }, flags: [], text: '' },
])('sandbox exec $flags prints $text', async ({ files, flags, text }) => {
  const ran = await runLumio(['sandbox', 'exec', ...flags, '--', process.execPath, '-e', '0'], {
    cwd: await temporaryDirectory(files),
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: text });
});

test.each([
  { flags: [], text: 'discards its state.' },
  { flags: ['--data', 'data'], text: 'Its state is in data.' },
])(
  'sandbox start $flags prints where its state is, and that it stopped',
  async ({ flags, text }) => {
    const ran = await runLumio(['sandbox', 'start', '--port', '0', ...flags], {
      terminal: { columns: 100 },
      signal: AbortSignal.abort(interruption()),
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(`${text}\nStopped.\n`);
  },
);

/** Another process may take the port before the sandbox listens on it. */
const freePortMayBeTaken = { retry: 2 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test.each([
  { terminal: { columns: 100 }, flags: [], isLogged: true },
  { terminal: { columns: 100 }, flags: ['--quiet'], isLogged: false },
  { terminal: undefined, flags: [], isLogged: false },
  { terminal: undefined, flags: ['--verbose'], isLogged: true },
])('logs requests: $isLogged with $terminal $flags', freePortMayBeTaken, async (row) => {
  const { terminal, flags, isLogged } = row;
  const port = await freePort();
  const stop = new AbortController();
  const running = runLumio(
    ['sandbox', 'start', '--port', `${port}`, '--fault', 'listExtensions=503:1', ...flags],
    { ...(terminal === undefined ? {} : { terminal }), signal: stop.signal },
  );
  const request = async (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/developer/v1/extensions`).then(
      ({ status }) => status,
      () => 0,
    );
  await vi.waitUntil(async () => (await request()) === 503, { timeout: 20_000, interval: 20 });
  await new Promise((resolve) => void setTimeout(resolve, 100));
  stop.abort(interruption());
  const { stderr, exitCode } = await running;
  expect(exitCode).toBe(0);
  const line = /^\d\d:\d\d:\d\d GET \/extensions 503 [\d.]+m?s \(fault: 503\)/m;
  if (isLogged) expect(stderr).toMatch(line);
  else expect(stderr).not.toMatch(/GET/);
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
  });
});

test.each(['0', '1ms'])('accepts --latency %s', async (latency) => {
  expect(
    (await runLumio(['sandbox', 'exec', '--latency', latency, '--', process.execPath, '-e', '0']))
      .exitCode,
  ).toBe(0);
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'refuses a port that only root may use',
  async () => {
    const ran = await runLumio(['sandbox', 'start', '--port', '1', '--json']);
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error')).toMatchObject({
      code: 'port_refused',
    });
  },
);

test("refuses a program that doesn't exist", async () => {
  const ran = await runLumio(['sandbox', 'exec', '--json', '--', 'no-such-command-here']);
  expect(at(ran.error(), 'error')).toMatchObject({
    code: 'command_not_started',
    message: expect.stringContaining('no-such-command-here'),
  });
});

test('sandbox exec refuses an empty command, such as an unset variable', async () => {
  const ran = await runLumio(['sandbox', 'exec', '--json', '--', '']);
  expect(ran.exitCode).toBe(2);
  expect(at(ran.error(), 'error', 'code')).toBe('missing_input');
});

test('the command of sandbox exec outlives hostile uploads, and so does the sandbox', async () => {
  const script = `
    const { connect } = require('node:net');
    const { hostname, port, pathname } = new URL(process.env.LUMIO_API_URL);
    const part = 'Content-Disposition: form-data; name="other"; filename="f"';
    const bodies = [
      '--x\\r\\n' + part + '\\r\\n\\r\\ndata',
      '--x\\r\\n' + part + '\\r\\n\\r\\n' + 'y'.repeat(100000),
      '--x\\r\\n' + 'y'.repeat(100000),
      '--x--',
      '',
    ];
    const upload = (body) => new Promise((resolve) => {
      let text = '';
      const socket = connect(port, hostname);
      socket.on('data', (chunk) => (text += chunk));
      socket.on('error', resolve).on('close', () => resolve(text.slice(9, 12)));
      socket.write([
        'POST ' + pathname + '/extensions/${exampleId}/versions HTTP/1.1',
        'Host: ' + hostname + ':' + port,
        'Authorization: Bearer ' + process.env.LUMIO_API_KEY,
        'Content-Type: multipart/form-data; boundary=x',
        'Content-Length: ' + body.length,
        'Connection: close',
        '',
        body,
      ].join('\\r\\n'));
    });
    const list = () => fetch(process.env.LUMIO_API_URL + '/extensions', {
      headers: { authorization: 'Bearer ' + process.env.LUMIO_API_KEY },
    });
    (async () => {
      for (const body of bodies) console.log(await upload(body));
      console.log((await list()).status);
      process.exitCode = 3;
    })();`;
  const ended = await lumio(['sandbox', 'exec', '--', node, '-e', script]);
  const stdout = '422\n'.repeat(5) + '200\n';
  expect(ended).toMatchObject({ exitCode: 3, signal: undefined, stdout, stderr: '' });
});
