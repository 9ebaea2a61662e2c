/** Several extensions of one repository in one go. */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { leapingClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { type Ran, interruption, runLumio, type World } from '../support/host.ts';
import { exampleId, projectOf } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

const page = '<!doctype html>';
const config = (extensionId: string | undefined, version = '1.0.0'): string => JSON.stringify({ ...(extensionId === undefined ? {} : { extensionId }), version });
const repository = {
  'packages/one/lumio.config.json': config('my-scoreboard', '1.3.0'),
  'packages/one/dist/index.html': page,
  'packages/one/CHANGELOG.md': '## 1.3.0\n\nFrom the file of one.\n',
  'packages/two/lumio.config.json': config('two', '0.4.0'),
  'packages/two/.lumio-dist/index.html': page,
};
const all = ['packages/one', 'packages/two'];

/** Runs with a sandbox that has the extensions `my-scoreboard` and `two`. */
async function run(argv: readonly string[], world: World & { sandbox?: Partial<SandboxOptions>; files?: Record<string, string> } = {}): Promise<Ran & { sandbox: TestSandbox; versions: readonly string[] }> {
  const sandbox = await openSandbox(world.sandbox);
  const made = await sandbox.call('POST', '/extensions', { name: 'Two' });
  const cwd = await projectOf({ ...repository, ...world.files });
  const ran = await runLumio(['deploy', ...argv], { ...world, cwd, env: { ...sandbox.env, ...world.env }, clock: sandbox.clock });
  const versions: string[] = [];
  for (const id of [exampleId, String(at(made.body, 'extension', 'id'))]) {
    const listed = at((await sandbox.call('GET', `/extensions/${id}/versions`)).body, 'versions');
    if (Array.isArray(listed)) versions.push(...listed.map((version) => `${id === exampleId ? 'one' : 'two'} ${String(at(version, 'version'))}`));
  }
  return { ...ran, sandbox, versions };
}

describe('all goes well', () => {
  test('each has its own target, version and changelog; one document', async () => {
    const ran = await run([...all, '--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toBe('');
    expect(ran.json()).toMatchObject({
      deploys: [
        { folder: 'packages/one', outcome: 'created', version: { version: '1.3.0' }, extension: { slug: 'my-scoreboard' } },
        { folder: 'packages/two', outcome: 'created', version: { version: '0.4.0' }, extension: { slug: 'two' } },
      ],
      failed: 0,
    });
    expect(ran.versions).toEqual(['one 1.3.0', 'one 1.2.0', 'two 0.4.0']);
  });

  test('in a pipe: a row for each', async () => {
    const ran = await run(all);
    const size = expect.stringMatching(/^\d+$/);
    expect(ran.stdout.trimEnd().split('\n').map((row) => row.split('\t'))).toEqual([
      ['packages/one', 'my-scoreboard', '1.3.0', 'pending', size, 'created'],
      ['packages/two', 'two', '0.4.0', 'pending', size, 'created'],
    ]);
  });

  test('a project alone is told as one deploy', async () => {
    const ran = await run(['packages/two', '--json']);
    expect(ran.json()).toMatchObject({ outcome: 'created', version: { version: '0.4.0' } });
    expect(ran.versions).toContain('two 0.4.0');
  });

  test('the same folder twice is one', async () => {
    const ran = await run(['packages/two', './packages/two/', '--json']);
    expect(at(ran.json(), 'deploys')).toHaveLength(1);
  });

  test('-v, --bump and a changelog from stdin hold for each', async () => {
    const bumped = await run([...all, '--bump', 'minor', '--changelog-file', '-', '--json'], { stdin: 'From stdin.\n' });
    expect(bumped.versions).toEqual(['one 1.3.0', 'one 1.2.0', 'two 0.1.0']);
    expect((await run([...all, '-v', '5.0.0'])).versions).toEqual(['one 5.0.0', 'one 1.2.0', 'two 5.0.0']);
  });

  test('reviews are waited for together', async () => {
    const ran = await run([...all, '--wait', '30s', '--json']);
    expect(ran.json()).toMatchObject({ deploys: [{ version: { status: 'approved' } }, { version: { status: 'approved' } }], failed: 0 });
    const requests = ran.sandbox.requests();
    const posts = requests.flatMap((line, index) => (line.startsWith('POST') && line.includes('/versions') ? [index] : []));
    expect(requests.slice(posts[1]).filter((line) => line.startsWith('GET')).length).toBeGreaterThanOrEqual(2);
    expect(requests.slice(posts[0], posts[1]).filter((line) => line.includes('/versions') && line.startsWith('GET'))).toHaveLength(1);
  });

  test('--dry-run sends nothing', async () => {
    const ran = await run([...all, '--dry-run', '--json']);
    expect(ran.json()).toMatchObject({ deploys: [{ outcome: 'dry-run', request: { fields: { changelog: 'From the file of one.' } } }, { outcome: 'dry-run' }], failed: 0 });
    expect(ran.sandbox.requests().filter((line) => !line.startsWith('POST /extensions ')).filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('one fails', () => {
  test.each([
    { what: 'not built', files: { 'packages/bad/lumio.config.json': config('my-scoreboard'), 'packages/bad/package.json': '{}' }, exitCode: 2, code: 'no_built_folder' },
    { what: 'no project', files: { 'packages/bad/README.md': 'x' }, exitCode: 2, code: 'not_a_project' },
    { what: 'no project, with one around all', files: { 'packages/bad/README.md': 'x', 'lumio.config.json': config('my-scoreboard') }, exitCode: 2, code: 'not_a_project' },
    { what: 'not linked', files: { 'packages/bad/lumio.config.json': config(undefined), 'packages/bad/dist/i.html': page }, exitCode: 2, code: 'no_extension' },
    { what: 'no such extension', files: { 'packages/bad/lumio.config.json': config('nobodys'), 'packages/bad/dist/i.html': page }, exitCode: 5, code: 'extension_not_found' },
    { what: 'a version that exists', files: { 'packages/bad/lumio.config.json': config('my-scoreboard', '1.2.0'), 'packages/bad/dist/i.html': page }, exitCode: 6, code: 'version_exists' },
    { what: 'a secret in it', files: { 'packages/bad/lumio.config.json': config('my-scoreboard'), 'packages/bad/dist/.env': 'A=b' }, exitCode: 2, code: expect.any(String) },
  ])('$what: the rest goes on, exit $exitCode', async ({ files, exitCode, code }) => {
    const ran = await run(['packages/bad', 'packages/two', '--json'], { files });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.json()).toMatchObject({ deploys: [{ folder: 'packages/bad', outcome: 'failed', error: { code } }, { folder: 'packages/two', outcome: 'created' }], failed: 1 });
    expect(ran.stderr).toBe('');
    expect(ran.versions).toContain('two 0.4.0');
  });

  const id = exampleId;
  const bad = (extensionId: string, version: string) => ({ 'packages/bad/lumio.config.json': config(extensionId, version), 'packages/bad/dist/i.html': page });
  const found = { id, slug: 'my-scoreboard' };
  const named = (name: string, of: string | null) => ({ id: of, named: name, source: expect.stringMatching(/packages\/bad\/lumio\.config\.json$/) });

  test.each([
    { what: 'no folder was found', files: { 'packages/bad/lumio.config.json': config(id), 'packages/bad/package.json': '{}' }, options: [], knows: {}, row: ['', ''] },
    { what: 'the version is none', files: bad(id, '1'), options: [], knows: { extension: named(id, null) }, row: [id, ''] },
    { what: 'the extension was not found', files: bad('nobodys', '2.0.0'), options: [], knows: { extension: named('nobodys', null), version: { version: '2.0.0' } }, row: ['nobodys', '2.0.0'] },
    { what: 'the extension is gone', files: bad('ext_gone', '2.0.0'), options: [], knows: { extension: { id: 'ext_gone' }, version: { version: '2.0.0' } }, row: ['ext_gone', '2.0.0'] },
    { what: 'the version exists', files: bad('my-scoreboard', '1.2.0'), options: [], knows: { extension: found, version: { version: '1.2.0', id: 'ver_abc123' } }, row: ['my-scoreboard', '1.2.0'] },
    { what: 'a file is refused', files: { ...bad('my-scoreboard', '2.0.0'), 'packages/bad/dist/.env': 'A=b' }, options: [], knows: { extension: found, version: { version: '2.0.0' } }, row: ['my-scoreboard', '2.0.0'] },
    { what: 'the upload of a bumped version is refused', files: bad('my-scoreboard', '1.2.0'), options: ['--bump', 'minor'], fault: 'submitVersion=422:1', knows: { extension: found, version: { version: '1.3.0' } }, row: ['my-scoreboard', '1.3.0'] },
    { what: 'a file is refused in a dry run', files: { ...bad('my-scoreboard', '2.0.0'), 'packages/bad/dist/.env': 'A=b' }, options: ['--dry-run'], knows: { extension: named('my-scoreboard', null), version: { version: '2.0.0' } }, row: ['my-scoreboard', '2.0.0'] },
    { what: 'a file is refused in a dry run for an id', files: { ...bad(id, '2.0.0'), 'packages/bad/dist/.env': 'A=b' }, options: ['--dry-run'], knows: { extension: named(id, id), version: { version: '2.0.0' } }, row: [id, '2.0.0'] },
  ])('$what: extension and version are named as far as they were known', async ({ files, options, fault, knows, row }) => {
    const sandbox = { faults: fault === undefined ? [] : [parseFault(fault)] };
    const json = await run(['packages/bad', 'packages/two', ...options, '--json'], { files, sandbox });
    const document = at(json.json(), 'deploys', 0);
    expect(document).toMatchObject({ folder: 'packages/bad', outcome: 'failed', error: { code: expect.any(String) }, ...knows });
    for (const key of ['extension', 'version']) expect(Object.hasOwn(Object(document), key)).toBe(Object.hasOwn(knows, key));
    const piped = await run(['packages/bad', 'packages/two', ...options], { files, sandbox: { faults: fault === undefined ? [] : [parseFault(fault)] } });
    expect(piped.stdout.split('\n')[0]).toBe(`packages/bad\t${row.join('\t')}\t\t\tfailed`);
  });

  test.each([
    { options: [], faults: [] },
    { options: ['--wait'], faults: ['listVersions=ok:2', 'listVersions=404:1'] },
  ])('an id that the server does not know, $options: which file names it, and how to name another one', async ({ options, faults }) => {
    const gone = faults.length === 0 ? 'ext_gone' : id;
    const ran = await run(['packages/bad', 'packages/two', ...options, '--json'], { files: bad(gone, '2.0.0'), sandbox: { faults: faults.map(parseFault) } });
    expect(ran.exitCode).toBe(5);
    expect(at(ran.json(), 'deploys', 0, 'error')).toMatchObject({
      status: 404,
      hint: expect.stringMatching(new RegExp(`The id ${gone} comes from .*/packages/bad/lumio\\.config\\.json\\.$`)),
      next: 'cd packages/bad && lumio init',
    });
  });

  test('a project that is not linked: a command that can be pasted, whatever its folder is called', async () => {
    const files = { "packages/it's new/lumio.config.json": config(undefined), "packages/it's new/dist/i.html": page };
    const ran = await run(["packages/it's new", 'packages/two', '--json'], { files });
    expect(at(ran.json(), 'deploys', 0, 'error', 'next')).toBe(String.raw`cd 'packages/it'\''s new' && lumio init`);
  });

  test('two folders of one extension: neither goes out, whichever versions they have', async () => {
    const files = { 'packages/copy/lumio.config.json': config(exampleId, '9.0.0'), 'packages/copy/dist/index.html': page };
    const ran = await run([...all, 'packages/copy'], { files });
    expect(ran.exitCode).toBe(2);
    expect(ran.versions).toEqual(['one 1.2.0', 'two 0.4.0']);
    expect(ran.stderr).toContain('error: packages/one is linked to the extension');
    expect(ran.stderr).toContain('and so is packages/one');
  });

  test('a review that says no is the exit code, and the version is told', async () => {
    const ran = await run([...all, '--wait', '--json'], { sandbox: { reviewMode: 'reject' } });
    expect(ran.exitCode).toBe(7);
    expect(ran.json()).toMatchObject({ deploys: [{ outcome: 'created', version: { status: 'rejected' }, error: { code: 'version_rejected' } }, { version: { status: 'rejected' } }], failed: 2 });
  });

  test('the error is said where it happens, also with --quiet', async () => {
    const ran = await run(['packages/one', 'packages/two', '--quiet'], { sandbox: { faults: [parseFault('submitVersion=500:1')] }, files: { 'packages/one/lumio.config.json': config('my-scoreboard', '1.2.0') } });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('error: packages/one: Version 1.2.0 exists already');
    expect(ran.stderr).not.toContain('Packed');
  });
});

test.each([
  { argv: ['-e', 'two'], env: {}, culprit: '--extension' },
  { argv: [], env: { LUMIO_EXTENSION: 'two' }, culprit: 'LUMIO_EXTENSION' },
])('one extension for several folders is wrong use: $culprit', async ({ argv, env, culprit }) => {
  const ran = await run([...all, ...argv, '--json'], { env });
  expect(ran.exitCode).toBe(2);
  expect(ran.error()).toMatchObject({ error: { code: 'conflicting_options', message: expect.stringContaining(culprit) } });
  expect(ran.versions).toEqual(['one 1.2.0']);
});

test('without a key nothing is tried', async () => {
  const ran = await run([...all, '--json'], { env: { LUMIO_API_KEY: '' } });
  expect(ran.exitCode).toBe(4);
  expect(ran.stdout).toBe('');
  expect(ran.error()).toMatchObject({ error: { code: 'no_api_key' } });
});

test('Ctrl-C in a wait: what the review had rejected before was created all the same', async () => {
  const controller = new AbortController();
  const sandbox = await openSandbox({ reviewMode: 'reject' });
  await sandbox.call('POST', '/extensions', { name: 'Two' });
  const world = { cwd: await projectOf(repository), env: sandbox.env, clock: sandbox.clock };
  await runLumio(['deploy', 'packages/one', '--wait'], world);
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => (controller.abort(interruption()), sandbox.clock.sleep(ms, signal));
  const ran = await runLumio(['deploy', ...all, '--skip-existing', '--wait', '--json'], { ...world, clock: { ...sandbox.clock, sleep }, signal: controller.signal });
  expect(ran.exitCode).toBe(130);
  expect(ran.error()).toMatchObject({
    deploys: [
      { folder: 'packages/one', outcome: 'unchanged', version: { status: 'rejected' }, message: expect.stringContaining('The review rejected version 1.3.0') },
      { folder: 'packages/two', outcome: 'created' },
    ],
  });
});

test('Ctrl-C in an upload: what failed before is named', async () => {
  const controller = new AbortController();
  const plain = leapingClock();
  const clock = { ...plain, sleep: async (ms: number, signal: AbortSignal) => (controller.abort(interruption()), plain.sleep(ms, signal)) };
  const files = { 'packages/one/lumio.config.json': config('my-scoreboard', '1.2.0') };
  const ran = await run([...all, '--json'], { files, sandbox: { clock, faults: [parseFault('submitVersion=429:1')] }, signal: controller.signal });
  expect(ran.exitCode).toBe(130);
  expect(at(ran.error(), 'deploys')).toEqual([
    { folder: 'packages/one', outcome: 'failed', extension: { id: exampleId, slug: 'my-scoreboard' }, version: { version: '1.2.0' }, message: expect.stringContaining('exists already') },
  ]);
});

test('Ctrl-C ends all, and tells what was done', async () => {
  const controller = new AbortController();
  const plain = leapingClock();
  const clock = { ...plain, sleep: async (ms: number, signal: AbortSignal) => (controller.abort(interruption()), plain.sleep(ms, signal)) };
  const ran = await run([...all, '--wait', '--json'], { sandbox: { reviewMode: 'never', clock }, signal: controller.signal });
  expect(ran.exitCode).toBe(130);
  expect(ran.error()).toMatchObject({
    error: { code: 'interrupted', message: expect.stringContaining('review of version 1.3.0'), next: `lumio versions wait 1.3.0 -e ${exampleId}` },
    deploys: [{ folder: 'packages/one', outcome: 'created' }, { folder: 'packages/two', outcome: 'created' }],
  });
});
