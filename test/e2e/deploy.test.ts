/** Outcomes of a deploy: exit code, document and the version on the server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { exampleId, fixtureProject, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

interface Deployed extends RunResult {
  readonly sandbox: TestSandbox;
  /** `1.3.0 pending` for each version on the server, the newest first. */
  readonly versions: readonly string[];
}

/** Deploys the small project to a new sandbox. */
async function deploy(
  options: readonly string[],
  hostOptions: HostOptions & {
    sandbox?: Partial<SandboxOptions>;
    files?: Record<string, string>;
  } = {},
): Promise<Deployed> {
  const sandbox = await openSandbox(hostOptions.sandbox);
  const cwd =
    hostOptions.cwd ?? (await temporaryDirectory({ ...smallProject, ...hostOptions.files }));
  const ran = await runLumio(['deploy', ...options], {
    ...hostOptions,
    cwd,
    env: { ...sandbox.env, ...hostOptions.env },
    clock: sandbox.clock,
  });
  return { ...ran, sandbox, versions: await versionsOf(sandbox) };
}

async function versionsOf(sandbox: TestSandbox): Promise<string[]> {
  const listed = at(
    (await sandbox.call('GET', `/extensions/${exampleId}/versions`)).body,
    'versions',
  );
  return Array.isArray(listed)
    ? listed.map((version) => `${String(at(version, 'version'))} ${String(at(version, 'status'))}`)
    : [];
}

const facts = {
  fileCount: 1,
  sizeBytes: expect.any(Number),
  sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  tarSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
};

describe('outcomes', () => {
  test('prints the API response with what lumio adds', async () => {
    const ran = await deploy(['--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toEqual({
      version: {
        id: expect.stringMatching(/^ver_/),
        version: '1.3.0',
        status: 'pending',
        submittedAt: '2026-05-01T12:00:00Z',
      },
      outcome: 'created',
      recovered: false,
      bundle: facts,
      changelog: null,
      extension: { id: exampleId, name: 'Small' },
      notes: [],
    });
    expect(ran.stderr).toBe('');
    expect(ran.versions).toEqual(['1.3.0 pending', '1.2.0 approved']);
  });

  test('exits with 6 if the version exists, and uploads nothing', async () => {
    const ran = await deploy(['--json', '--version', '1.2.0']);
    expect(ran.exitCode).toBe(6);
    expect(ran.stdout).toBe('');
    expect(ran.error()).toMatchObject({
      error: { code: 'version_exists', message: expect.stringContaining('1.2.0') },
      version: { id: 'ver_abc123', status: 'approved' },
    });
    expect(ran.sandbox.requests().filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  test('succeeds with --skip-existing if the version exists, without a hash', async () => {
    const ran = await deploy(['--json', '--version', '1.2.0', '--skip-existing']);
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      outcome: 'skipped',
      recovered: false,
      bundle: null,
      changelog: null,
      version: { id: 'ver_abc123', version: '1.2.0' },
    });
    expect(ran.versions).toEqual(['1.2.0 approved']);
  });

  test('finds the version on the server after a lost response', async () => {
    const ran = await deploy(['--json'], {
      sandbox: { faults: [parseFault('submitVersion=drop-after-commit')] },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      outcome: 'created',
      recovered: true,
      version: { version: '1.3.0' },
    });
    expect(ran.versions).toEqual(['1.3.0 pending', '1.2.0 approved']);
  });

  test('prints labelled fields with tabs in a pipe', async () => {
    const ran = await deploy([]);
    expect(ran.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'Outcome',
      'Extension',
      'Version',
      'ID',
      'Status',
      'Files',
      'Size',
      'Changelog',
      'Dashboard',
      'sha256',
      '',
    ]);
    expect(ran.stderr).toMatch(/\bdist: 1 file\b/);
    expect(ran.stderr).toContain(`Small (${exampleId})`);
    expect(ran.stdout + ran.stderr).not.toContain('\u001b');
  });

  test('prints only the result with --quiet', async () => {
    const ran = await deploy(['--quiet']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('the version comes from', () => {
  test.each([
    { from: 'the flag', options: ['--version', '4.5.6'], files: {}, version: '4.5.6' },
    { from: 'a tag', options: ['-v', 'v4.5.6'], files: {}, version: '4.5.6' },
    {
      from: 'the flag, short',
      options: ['-v', '4.5.6-rc.1+b.2'],
      files: {},
      version: '4.5.6-rc.1+b.2',
    },
    {
      from: 'lumio.config.json',
      options: [],
      files: { 'package.json': '{"version":"9.9.9"}' },
      version: '1.3.0',
    },
    {
      from: 'package.json',
      options: [],
      files: {
        'lumio.config.json': `{"extensionId":"${exampleId}"}`,
        'package.json': '{"version":"7.0.1"}',
      },
      version: '7.0.1',
    },
    { from: '--bump patch', options: ['--bump', 'patch'], files: {}, version: '1.2.1' },
    { from: '--bump minor', options: ['--bump', 'minor'], files: {}, version: '1.3.0' },
    { from: '--bump major', options: ['--bump', 'major'], files: {}, version: '2.0.0' },
  ])('$from', async ({ options, files, version }) => {
    expect((await deploy(options, { files })).versions).toEqual([
      `${version} pending`,
      '1.2.0 approved',
    ]);
  });
});

describe('the changelog comes from', () => {
  const changelogs = {
    'CHANGELOG.md':
      '# Changelog\n\n## [1.3.0] - 2026-05-01\n\n- Section.\n\n## 1.2.1\n\n- Bumped.\n',
    'notes.md': 'From a file.\n',
  };
  test.each([
    { from: 'the flag', options: ['-c', 'From the flag.'], sent: 'From the flag.' },
    {
      from: "the vendor's flag",
      options: ['--description', 'From the alias.'],
      sent: 'From the alias.',
    },
    { from: 'the flag of git', options: ['-m', 'Message.'], sent: 'Message.' },
    { from: "the vendor's short flag", options: ['-d', 'Short.'], sent: 'Short.' },
    { from: 'a file', options: ['--changelog-file', 'notes.md'], sent: 'From a file.' },
    {
      from: 'stdin',
      options: ['--changelog-file', '-'],
      stdin: 'From stdin.\n',
      sent: 'From stdin.',
    },
    { from: 'the section of CHANGELOG.md', options: [], sent: '- Section.' },
    { from: 'the section of a bumped version', options: ['--bump', 'patch'], sent: '- Bumped.' },
    { from: 'nowhere: no section of that version', options: ['-v', '5.0.0'], sent: null },
  ])('$from', async ({ options, stdin, sent }) => {
    const dataDir = await temporaryDirectory({});
    const ran = await deploy(options, {
      files: changelogs,
      sandbox: { dataDir },
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(ran.exitCode).toBe(0);
    const state: unknown = JSON.parse(await readFile(`${dataDir}/state.json`, 'utf8'));
    expect(newestChangelog(state)).toBe(sent);
  });
});

function newestChangelog(state: unknown): unknown {
  const versions = at(state, 'extensions', 0, 'versions');
  return Array.isArray(versions)
    ? at(
        versions.find((version) => at(version, 'version') !== '1.2.0'),
        'changelog',
      )
    : undefined;
}

describe('--wait', () => {
  test.each([
    { review: 'approve', options: ['--wait'], exitCode: 0, code: undefined },
    { review: 'reject', options: ['--wait'], exitCode: 7, code: 'version_rejected' },
    { review: 'never', options: ['--wait', '1m'], exitCode: 8, code: 'review_undecided' },
  ] as const)(
    'exits with $exitCode if the review mode is $review',
    async ({ review, options, exitCode, code }) => {
      const ran = await deploy(['--json', ...options], { sandbox: { reviewMode: review } });
      expect(ran.exitCode).toBe(exitCode);
      if (code === undefined)
        expect(ran.json()).toMatchObject({
          outcome: 'created',
          version: { version: '1.3.0', status: 'approved', approvedAt: expect.any(String) },
        });
      else
        expect(ran.error()).toMatchObject({
          error: { code, message: expect.stringContaining('1.3.0') },
          version: { version: '1.3.0' },
        });
    },
  );

  test('names a command that resumes waiting, and that works', async () => {
    const cwd = await temporaryDirectory(smallProject);
    const ran = await deploy(['--json', '--wait', '10s'], {
      cwd,
      sandbox: { reviewMode: 'approve', reviewAfterMs: 60_000 },
    });
    expect(ran.exitCode).toBe(8);
    const words = String(at(ran.error(), 'error', 'next'))
      .split(' ')
      .slice(1);
    const waited = await runLumio([...words, '--json'], {
      cwd,
      env: ran.sandbox.env,
      clock: ran.sandbox.clock,
    });
    expect(waited.exitCode).toBe(0);
    expect(waited.json()).toMatchObject({ version: { version: '1.3.0', status: 'approved' } });
  });

  test('prints only changes, and tolerates a failed poll', async () => {
    const faults = ['listVersions=ok:3', 'listVersions=500:1'].map(parseFault);
    const ran = await deploy(['--wait', '--max-wait', '0'], {
      sandbox: { reviewAfterMs: 120_000, faults },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr.match(/1\.3\.0.*approved/g)).toHaveLength(1);
    expect(ran.stderr.match(/\b500\b|server error/g)).toHaveLength(1);
    expect(ran.stderr.split('\n').length).toBeLessThan(10);
  });
});

describe('--dry-run', () => {
  const reads = /^GET /;

  test('asks the server with reads only', async () => {
    const cwd = await fixtureProject('scoreboard');
    const ran = await deploy(['--dry-run', '--json'], { cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      outcome: 'dry-run',
      request: {
        method: 'POST',
        url: `${ran.sandbox.url}/extensions/${exampleId}/versions`,
        fields: { version: '1.3.0', changelog: expect.stringContaining('overtime') },
      },
      bundle: { fileCount: 38 },
      files: expect.arrayContaining([{ path: 'layer/index.html', sizeBytes: expect.any(Number) }]),
      changelog: { source: join(cwd, 'CHANGELOG.md'), characters: expect.any(Number) },
      extension: { id: exampleId, named: exampleId },
      existing: null,
      unchecked: [],
    });
    expect(ran.sandbox.requests().every((line) => reads.test(line))).toBe(true);
  });

  test('looks up a slug and the version after the highest one', async () => {
    const ran = await deploy(['--dry-run', '-e', 'my-scoreboard', '--bump', 'minor', '--json']);
    expect(ran.json()).toMatchObject({
      request: {
        url: `${ran.sandbox.url}/extensions/${exampleId}/versions`,
        fields: { version: '1.3.0' },
      },
      extension: { id: exampleId, slug: 'my-scoreboard', named: 'my-scoreboard' },
    });
  });

  test.each([
    { title: 'an existing version', options: ['-v', '1.2.0'], env: {}, exitCode: 6 },
    { title: 'an unknown extension', options: ['-e', 'nothing'], env: {}, exitCode: 5 },
    {
      title: 'a wrong key',
      options: [],
      env: { LUMIO_API_KEY: `lm_dev_${'w'.repeat(57)}` },
      exitCode: 4,
    },
    {
      title: '--bump without a key',
      options: ['--bump', 'patch'],
      env: { LUMIO_API_KEY: '' },
      exitCode: 4,
    },
  ])('fails like the deploy for $title', async ({ options, env, exitCode }) => {
    const ran = await deploy(['--dry-run', '--json', ...options], { env });
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.versions).toEqual(['1.2.0 approved']);
  });

  test('reports the version that --skip-existing keeps', async () => {
    const ran = await deploy(['--dry-run', '--json', '-v', '1.2.0', '--skip-existing']);
    expect(ran.json()).toMatchObject({ outcome: 'dry-run', existing: { id: 'ver_abc123' } });
  });

  test("lists what it didn't check without a key, and computes the same hash", async () => {
    const options = ['--dry-run', '-e', 'my-scoreboard'];
    const dry = await deploy([...options, '--json'], { env: { LUMIO_API_KEY: '' } });
    const real = await deploy(['--json']);
    expect(dry.json()).toMatchObject({
      bundle: at(real.json(), 'bundle'),
      extension: { id: null, named: 'my-scoreboard' },
      unchecked: ['API key', 'extension', 'existing versions'],
    });
    const piped = await deploy(options, { env: { LUMIO_API_KEY: '' } });
    expect(piped.stdout).toMatch(/^file\t\d+\tindex\.html$/m);
    expect(piped.stdout).toContain(`\tPOST ${piped.sandbox.url}/extensions/:id/versions `);
  });
});

describe('--skip-existing', () => {
  test('warns if the sizes differ or the version was rejected', async () => {
    const ran = await deploy(['-v', '1.2.0', '--skip-existing']);
    expect(ran.stderr.match(/^warning: .*\b182400\b/gm)).toHaveLength(1);
    const { env, clock } = await openSandbox({ reviewMode: 'reject', reviewAfterMs: 0 });
    const cwd = await temporaryDirectory(smallProject);
    await runLumio(['deploy', '--wait'], { env, clock, cwd });
    const again = await runLumio(['deploy', '--skip-existing'], { env, clock, cwd });
    expect(again.exitCode).toBe(0);
    expect(again.stderr.match(/^warning: .*rejected/gm)).toHaveLength(1);
    expect(again.stdout).not.toMatch(/[0-9a-f]{64}/);
    const older = await runLumio(['deploy', '-v', '1.2.0', '--skip-existing'], { env, clock, cwd });
    expect(older.stderr).not.toContain('lower than');
  });

  test('succeeds in three concurrent processes with one upload', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory(smallProject);
    const hostOptions = { env: sandbox.env, cwd };
    const options = ['deploy', '--skip-existing', '--json'];
    const runs = await Promise.all([1, 2, 3].map(() => runLumio(options, hostOptions)));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const outcomes = runs.map((ran) => String(at(ran.json(), 'outcome'))).sort();
    expect(outcomes).toEqual(['created', 'skipped', 'skipped']);
    expect(await versionsOf(sandbox)).toEqual(['1.3.0 pending', '1.2.0 approved']);
  });

  test('is off by default: the processes that lose the race exit with 6', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory(smallProject);
    const runs = await Promise.all(
      [1, 2].map(() => runLumio(['deploy', '--json'], { env: sandbox.env, cwd })),
    );
    expect(runs.map(({ exitCode }) => exitCode).sort()).toEqual([0, 6]);
    expect(at(runs.find(({ exitCode }) => exitCode === 6)?.error(), 'error', 'code')).toBe(
      'version_exists',
    );
  });
});

describe('the extension comes from', () => {
  test.each([
    { from: '-e with a slug', options: ['-e', 'my-scoreboard'], env: {}, slug: 'my-scoreboard' },
    {
      from: '--extension with an id',
      options: ['--extension', exampleId],
      env: { LUMIO_EXTENSION: 'unknown-slug' },
      slug: undefined,
    },
    {
      from: 'LUMIO_EXTENSION',
      options: [],
      env: { LUMIO_EXTENSION: 'my-scoreboard' },
      slug: 'my-scoreboard',
    },
  ])('$from', async ({ options, env, slug }) => {
    const ran = await deploy(['--json', ...options], {
      env,
      files: { 'lumio.config.json': '{"version":"1.3.0","extensionId":"ext_elsewhere"}' },
    });
    expect(at(ran.json(), 'extension')).toEqual({
      id: exampleId,
      ...(slug === undefined ? {} : { slug, name: 'Sports Scoreboard' }),
    });
  });
});
