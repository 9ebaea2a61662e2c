/** The warnings of a deploy are in its JSON document. */
import { describe, expect, test } from 'vitest';
import { LumioClient } from '../../src/library/index.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const browserKey = `AIza${'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'}`;
const files = {
  ...smallProject,
  'package.json': '{"lumio":{"allow":["nope"]}}',
  'CHANGELOG.md': '# Changelog\n\n## 9.9.9\n\n- x\n',
  'dist/a.js': `k = "${browserKey}"\n`,
};
const expected = [
  expect.stringContaining('CHANGELOG.md'),
  expect.stringContaining('a.js:1'),
  expect.stringContaining('"allow"'),
];

describe('notes', () => {
  test.each([[[]], [['--dry-run']]])('of one project %j', async (words) => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory(files);
    const ran = await runLumio(['deploy', '--json', ...words], { env, cwd });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(at(ran.json(), 'notes')).toEqual(expected);
  });

  test('of several projects', async () => {
    const { env, call } = await openSandbox();
    await call('POST', '/extensions', { name: 'Two' });
    const under = (name: string) =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]));
    const cwd = await temporaryDirectory({
      ...under('one'),
      'two/lumio.config.json': '{"extensionId":"two","version":"1.0.0"}',
      'two/dist/index.html': 'x\n',
    });
    const ran = await runLumio(['deploy', 'one', 'two', '--json'], { env, cwd });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(at(ran.json(), 'deploys')).toMatchObject([{ notes: expected }, { notes: [] }]);
  });

  test('of a version that was skipped, with another size', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory(smallProject);
    const words = ['deploy', '--json', '--skip-existing'];
    await runLumio(words, { env, cwd });
    const other = await temporaryDirectory({ ...smallProject, 'dist/more.txt': 'x' });
    const ran = await runLumio(words, { env, cwd: other });
    expect(ran.json()).toMatchObject({
      outcome: 'skipped',
      notes: [expect.any(String)],
    });
  });

  test('of a rejected review, in the error document', async () => {
    const { env, clock } = await openSandbox({ reviewMode: 'reject' });
    const cwd = await temporaryDirectory(files);
    const ran = await runLumio(['deploy', '--json', '--wait'], { env, cwd, clock });
    expect(ran.exitCode).toBe(7);
    expect(at(ran.error(), 'notes')).toEqual(expected);
  });

  test('of a failure before the upload, in the error document', async () => {
    const { env, requests } = await openSandbox();
    const cwd = await temporaryDirectory({ ...files, 'dist/.env': 'A=1' });
    const ran = await runLumio(['deploy', '--json'], { env, cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({
      error: { code: 'secret_found' },
      notes: [expect.stringContaining('CHANGELOG.md')],
    });
    expect(requests()).toEqual([]);
  });

  test('of one of several projects that fails', async () => {
    const { env } = await openSandbox();
    const one = Object.entries({ ...files, 'dist/.env': 'A=1' });
    const cwd = await temporaryDirectory({
      ...Object.fromEntries(one.map(([path, text]) => [`one/${path}`, text])),
      'two/lumio.config.json': '{"extensionId":"two","version":"1.0.0"}',
    });
    const ran = await runLumio(['deploy', 'one', 'two', '--json'], { env, cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.json(), 'deploys', 0)).toMatchObject({
      outcome: 'failed',
      notes: [expect.stringContaining('CHANGELOG.md')],
    });
  });

  test('of lumio pack', async () => {
    const cwd = await temporaryDirectory(files);
    const ran = await runLumio(['pack', '--json'], { cwd });
    expect(at(ran.json(), 'notes')).toEqual(expected.slice(1));
  });

  test('of the library, with the notes so far in each step', async () => {
    const sandbox = await openSandbox();
    const { url: apiUrl, apiKey } = sandbox;
    const client = new LumioClient({ apiUrl, apiKey, env: {} });
    const seen: unknown[] = [];
    const report = await client.deploy(await temporaryDirectory(files), {
      onStep: (step) => {
        if (step.kind === 'submitted') seen.push(step.report.notes);
      },
    });
    expect([report.notes, ...seen]).toEqual([expected, expected]);
  });

  test("aren't printed with --quiet", async () => {
    const { env } = await openSandbox();
    const ran = await runLumio(['deploy', '-q'], { env, cwd: await temporaryDirectory(files) });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('--bump --write', () => {
  const line = ['deploy', '--bump', 'minor', '--write', '-e', exampleId, '--json'];
  const bundle = { 'dist/index.html': 'x\n' };

  test.each([
    ['no file', {}],
    ['a package.json without a version', { 'package.json': '{"name":"x"}' }],
    ['a package.json whose version is null', { 'package.json': '{"version":null}' }],
  ])('refuses %s before the upload', async (_, more) => {
    const { env, requests } = await openSandbox();
    const cwd = await temporaryDirectory({ ...bundle, ...more });
    const ran = await runLumio(line, { env, cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'code')).toBe('no_version_file');
    expect(requests()).toEqual([]);
  });

  test('continues from the version in the file if the server has none', async () => {
    const { env, call } = await openSandbox();
    await call('POST', '/extensions', { name: 'New One' });
    const cwd = await temporaryDirectory({ ...bundle, 'package.json': '{"version":"1.0.4"}' });
    const options = ['--bump', 'minor', '--write', '-e', 'new-one', '--json'];
    const ran = await runLumio(['deploy', ...options], { env, cwd });
    expect(at(ran.json(), 'version', 'version')).toBe('1.1.0');
    expect(at(ran.json(), 'notes')).toEqual([]);
  });

  test.each([
    ['a key that is there twice', '{"version":"1.1.0","name":"t","version":"1.2.0"}'],
    ['a higher version in the file', '{"version":"5.0.0"}'],
  ])('has a note about %s', async (_, config) => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ ...bundle, 'package.json': config });
    const ran = await runLumio(line, { env, cwd });
    expect(ran.exitCode).toBe(0);
    expect(at(ran.json(), 'notes')).toEqual([expect.stringContaining('package.json')]);
  });
});
