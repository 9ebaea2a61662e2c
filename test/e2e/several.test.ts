/** Several extensions of one repository in one go. */
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { all, deployAll } from './several.ts';

describe('deploys several projects', () => {
  test('prints one document with the target, version and changelog of each', async () => {
    const ran = await deployAll([...all, '--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toBe('');
    expect(ran.json()).toMatchObject({
      deploys: [
        {
          directory: 'packages/one',
          outcome: 'created',
          version: { version: '1.3.0' },
          extension: { slug: 'my-scoreboard' },
        },
        {
          directory: 'packages/two',
          outcome: 'created',
          version: { version: '0.4.0' },
          extension: { slug: 'two' },
        },
      ],
      failed: 0,
    });
    expect(ran.versions).toEqual(['one 1.3.0', 'one 1.2.0', 'two 0.4.0']);
  });

  test('prints a row for each in a pipe', async () => {
    const ran = await deployAll(all);
    const size = expect.stringMatching(/^\d+$/);
    expect(
      ran.stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split('\t')),
    ).toEqual([
      ['packages/one', 'my-scoreboard', '1.3.0', 'pending', size, 'created'],
      ['packages/two', 'two', '0.4.0', 'pending', size, 'created'],
    ]);
  });

  test('reports a single project as one deploy', async () => {
    const ran = await deployAll(['packages/two', '--json']);
    expect(ran.json()).toMatchObject({ outcome: 'created', version: { version: '0.4.0' } });
    expect(ran.versions).toContain('two 0.4.0');
  });

  test('deploys the same directory once', async () => {
    const ran = await deployAll(['packages/two', './packages/two/', '--json']);
    expect(at(ran.json(), 'deploys')).toHaveLength(1);
  });

  test('applies -v, --bump and a changelog from stdin to each', async () => {
    const bumped = await deployAll([...all, '--bump', 'minor', '--changelog-file', '-', '--json'], {
      stdin: 'From stdin.\n',
    });
    expect(bumped.versions).toEqual(['one 1.3.0', 'one 1.2.0', 'two 0.5.0']);
    expect((await deployAll([...all, '-v', '5.0.0'])).versions).toEqual([
      'one 5.0.0',
      'one 1.2.0',
      'two 5.0.0',
    ]);
  });

  test('waits for all reviews together', async () => {
    const ran = await deployAll([...all, '--wait', '30s', '--json']);
    expect(ran.json()).toMatchObject({
      deploys: [{ version: { status: 'approved' } }, { version: { status: 'approved' } }],
      failed: 0,
    });
    const requests = ran.sandbox.requests();
    const posts = requests.flatMap((line, index) =>
      line.startsWith('POST') && line.includes('/versions') ? [index] : [],
    );
    expect(
      requests.slice(posts[1]).filter((line) => line.startsWith('GET')).length,
    ).toBeGreaterThanOrEqual(2);
    expect(
      requests
        .slice(posts[0], posts[1])
        .filter((line) => line.includes('/versions') && line.startsWith('GET')),
    ).toHaveLength(1);
  });

  test('--dry-run uploads nothing', async () => {
    const ran = await deployAll([...all, '--dry-run', '--json']);
    expect(ran.json()).toMatchObject({
      deploys: [
        { outcome: 'dry-run', request: { fields: { changelog: 'From the file of one.' } } },
        { outcome: 'dry-run' },
      ],
      failed: 0,
    });
    expect(
      ran.sandbox
        .requests()
        .filter((line) => !line.startsWith('POST /extensions '))
        .filter((line) => line.startsWith('POST')),
    ).toEqual([]);
  });
});

test.each([
  { argv: ['-e', 'two'], env: {}, culprit: '--extension' },
  { argv: [], env: { LUMIO_EXTENSION: 'two' }, culprit: 'LUMIO_EXTENSION' },
])('refuses one extension for several projects: $culprit', async ({ argv, env, culprit }) => {
  const ran = await deployAll([...all, ...argv, '--json'], { env });
  expect(ran.exitCode).toBe(2);
  expect(ran.error()).toMatchObject({
    error: { code: 'conflicting_options', message: expect.stringContaining(culprit) },
  });
  expect(ran.versions).toEqual(['one 1.2.0']);
});

test('does nothing without a key', async () => {
  const ran = await deployAll([...all, '--json'], { env: { LUMIO_API_KEY: '' } });
  expect(ran.exitCode).toBe(4);
  expect(ran.stdout).toBe('');
  expect(ran.error()).toMatchObject({ error: { code: 'no_api_key' } });
});
