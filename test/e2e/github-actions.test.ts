import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { at, parseDocument } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { binary, lumio, node } from '../support/lumio.ts';
import { exampleId, fixtureProject, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

interface Job extends RunResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

async function job(
  argv: readonly string[],
  {
    cwd,
    sandbox: options,
    env = {},
  }: { cwd?: string; sandbox?: Partial<SandboxOptions>; env?: Record<string, string> } = {},
): Promise<Job> {
  const directory = await temporaryDirectory();
  const sandbox = await openSandbox(options);
  const files = {
    GITHUB_OUTPUT: join(directory, 'output'),
    GITHUB_STEP_SUMMARY: join(directory, 'summary'),
  };
  await writeFile(files.GITHUB_OUTPUT, 'before<<x\n1\nx\n');
  const hostOptions = {
    env: { ...sandbox.env, GITHUB_ACTIONS: 'true', ...files, ...env },
    cwd: cwd ?? (await temporaryDirectory(smallProject)),
    clock: sandbox.clock,
  };
  const ran = await runLumio(argv, hostOptions);
  const written = await readFile(files.GITHUB_OUTPUT, 'utf8');
  const summary = await readFile(files.GITHUB_STEP_SUMMARY, 'utf8').catch(() => '');
  const outputs = [...written.matchAll(/^(.+)<<(.+)\n([^]*?)\n\2$/gm)].map(([, name, , value]) => [
    name,
    value,
  ]);
  return { ...ran, outputs: Object.fromEntries(outputs), summary };
}

test('adds outputs and a row in the summary', async () => {
  const ran = await job(['deploy', '--json']);
  expect(ran.exitCode).toBe(0);
  const document = ran.json();
  expect(ran.outputs).toEqual({
    before: '1',
    'version-id': at(document, 'version', 'id'),
    version: '1.3.0',
    status: 'pending',
    outcome: 'created',
    sha256: at(document, 'bundle', 'sha256'),
  });
  expect(ran.summary).toMatch(
    new RegExp(
      `\\| \\[${exampleId.replace('_', '&#95;')}\\]\\(http:.*\\) \\| 1.3.0 \\| pending \\| ` +
        'created \\| 1 \\| ',
    ),
  );
  expect(ran.stderr).toBe(`::add-mask::${sandboxKey}\n`);
});

test.each([
  { review: 'reject', options: ['--wait'], exitCode: 7, status: 'rejected' },
  { review: 'never', options: ['--wait', '20s'], exitCode: 8, status: 'pending' },
] as const)(
  'sets the outputs and annotates the error if the wait exits with $exitCode',
  async ({ review, options, exitCode, status }) => {
    const ran = await job(['deploy', ...options], { sandbox: { reviewMode: review } });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.outputs).toMatchObject({
      version: '1.3.0',
      outcome: 'created',
      status,
      sha256: expect.stringMatching(/^\w{64}$/),
    });
    expect(ran.summary).toContain(`| ${status} | created&#58; `);
    expect(ran.stderr.match(/^::error title=lumio::.*%0A.*$/gm)).toHaveLength(1);
  },
);

test('sets no outputs for a refused deploy, and annotates after the error document', async () => {
  const ran = await job(['deploy', '--json', '--version', '1.2.0']);
  expect(ran.exitCode).toBe(6);
  expect(ran.outputs).toEqual({ before: '1' });
  expect(ran.summary).toBe('');
  const [document = '', annotation] = ran.stderr
    .replace(/^::add-mask::.*\n/, '')
    .split(/(?=^::error)/m);
  expect(at(parseDocument(document), 'error', 'code')).toBe('version_exists');
  expect(annotation).toMatch(/^::error title=lumio::.*\b1\.2\.0\b.*\n$/);
});

test('annotates the error of every command, and usage errors', async () => {
  expect((await job(['versions', 'get', '9.9.9'])).stderr).toMatch(
    /^::error title=lumio::.*9\.9\.9/m,
  );
  expect((await job(['deploy', '--nonsense'])).stderr).toMatch(
    /^::error title=lumio::.*lumio deploy --help$/m,
  );
});

test('sets the list of several deploys as one output', async () => {
  const ran = await job(['deploy', 'packages/scoreboard', 'packages/notes'], {
    cwd: await fixtureProject('workspace'),
  });
  expect(ran.exitCode).toBe(2);
  expect(ran.outputs['failed']).toBe('1');
  expect(JSON.parse(ran.outputs['deploys'] ?? '')).toMatchObject([
    { directory: 'packages/scoreboard', outcome: 'created', version: { version: '1.3.0' } },
    { directory: 'packages/notes', outcome: 'failed', error: { code: 'not_a_project' } },
  ]);
  expect(ran.summary.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(4);
  expect(ran.summary.split('](')).toHaveLength(2);
});

test('warns about unwritable files, and succeeds', async () => {
  const [directory, sandbox] = [await temporaryDirectory(), await openSandbox()];
  const env = {
    ...sandbox.env,
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: directory,
    GITHUB_STEP_SUMMARY: join(directory, 'no', 'such'),
  };
  const ran = await runLumio(['deploy'], { env, cwd: await temporaryDirectory(smallProject) });
  expect(ran.exitCode).toBe(0);
  // Windows reports a directory with another code.
  expect(ran.stderr).toMatch(/^::warning title=lumio::GITHUB_OUTPUT .+ \(E\w+: .+\)\.$/m);
  expect(ran.stderr).toMatch(/^::warning title=lumio::GITHUB_STEP_SUMMARY .+ \(ENOENT: .+\)\.$/m);
  expect(ran.stderr).toContain(join(directory, 'no', 'such'));
});

test.each([[[]], [['--json']]])('starts no command from a changelog, %j', async (options) => {
  const text = 'a\n::error::b\n ::add-mask::c ##[add-path]/d';
  const ran = await job(['deploy', '--dry-run', '-c', text, ...options]);
  expect(ran.exitCode).toBe(0);
  const printed = ran.stdout + ran.stderr.replace(/^::add-mask::.*$/m, '');
  expect(printed).not.toMatch(/^\s*::|##\[/m);
  if (options.length > 0) expect(at(ran.json(), 'request', 'fields', 'changelog')).toBe(text);
});

test('prints no commands outside GitHub Actions', async () => {
  const ran = await job(['deploy', '--version', '1.2.0'], { env: { GITHUB_ACTIONS: '' } });
  expect(ran.exitCode).toBe(6);
  expect(ran.stderr).not.toContain('::');
  expect(ran.outputs).toEqual({ before: '1' });
});

test('writes neither commands nor the key to a file', async () => {
  const sandbox = await openSandbox();
  const directory = await temporaryDirectory(smallProject);
  const file = await open(join(directory, 'err.txt'), 'w');
  const child = spawn(node, [binary, 'deploy', '--version', '1.2.0'], {
    cwd: directory,
    env: { ...process.env, ...sandbox.env, GITHUB_ACTIONS: 'true' },
    stdio: ['ignore', 'ignore', file.fd],
  });
  await once(child, 'exit');
  await file.close();
  const printed = await readFile(join(directory, 'err.txt'), 'utf8');
  expect(printed).toMatch(/^error: .*\b1\.2\.0 /m);
  expect(printed).not.toContain('::');
  expect(printed).not.toContain(sandboxKey);
  const piped = await lumio(['deploy', '--version', '1.2.0'], {
    cwd: directory,
    env: { ...sandbox.env, GITHUB_ACTIONS: 'true' },
  });
  expect(piped.stderr).toContain(`::add-mask::${sandboxKey}\n`);
});
