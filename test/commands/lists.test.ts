/** Lists: newest first, and limited; waiting for a version. */
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { cleanUp } from '../support/clean-up.ts';

/** Responses in an order that is neither by date nor by name. */
async function serverEnv(): Promise<Record<string, string>> {
  const versions = ['1.0.0', '3.0.0', '2.0.0', '0.9.0'].map((version, index) => ({
    id: `ver_${version}`,
    version,
    status: 'approved',
    submittedAt: [
      `2026-01-01T00:00:00Z`,
      '2026-03-01T00:00:00Z',
      '2026-02-01T00:00:00+01:00',
      null,
    ][index],
  }));
  const extensions = versions.map(({ version, submittedAt }) => ({
    id: `ext_${version}`,
    slug: `slug-${version}`,
    updatedAt: submittedAt,
  }));
  const server = await startScriptedServer((_, response) =>
    sendJson(response, 200, { versions, extensions, keys: ['B', 'A', 'C'], total: 4 }),
  );
  cleanUp(server.close);
  return { LUMIO_API_KEY: 'lm_dev_any', LUMIO_API_URL: server.origin, LUMIO_EXTENSION: 'ext_1' };
}

test.each([
  ['versions list', 'versions[].version', ['3.0.0', '2.0.0', '1.0.0', '0.9.0']],
  ['versions list --limit 2', 'versions[].version', ['3.0.0', '2.0.0']],
  ['extensions list', 'extensions[].id', ['ext_3.0.0', 'ext_2.0.0', 'ext_1.0.0', 'ext_0.9.0']],
  ['extensions list --limit=1', 'extensions[].id', ['ext_3.0.0']],
  ['secrets list', 'keys', ['B', 'A', 'C']],
  ['secrets list --limit 2', 'keys', ['B', 'A']],
])('lumio %s', async (line, query, expected) => {
  const ran = await runLumio([...line.split(' '), '--query', query], { env: await serverEnv() });
  expect(ran.json()).toEqual(expected);
});

test.each([
  ['versions list --limit 2', '2 of 4'],
  ['extensions list --limit 1', '1 of 4'],
  ['secrets list --limit 2', '2 of 3'],
  ['secrets list --limit 3', undefined],
])('lumio %s notes how many there are: %s', async (line, expected) => {
  const ran = await runLumio(line.split(' '), { env: await serverEnv() });
  expect(/\d of \d/.exec(ran.stderr)?.[0]).toBe(expected);
});

/** A server whose objects have no optional field, or a null in each. */
async function sparseEnv(value: null | undefined): Promise<Record<string, string>> {
  const missing = { slug: value, name: value, visibility: value, status: value };
  const none = { bundleSizeBytes: value, submittedAt: value, approvedAt: value };
  const server = await startScriptedServer((_, response) =>
    sendJson(response, 200, {
      extensions: [
        { id: 'ext_1', ...missing },
        { id: 'ext_2', slug: 'two', name: 'a\tb\nc' },
      ],
      versions: [{ id: 'ver_1', version: '1.0.0', status: 'approved', ...none }],
      keys: ['A', 'B'],
    }),
  );
  cleanUp(server.close);
  return { LUMIO_API_KEY: 'lm_dev_any', LUMIO_API_URL: server.origin, LUMIO_EXTENSION: 'ext_1' };
}

describe('in a pipe', () => {
  test.each([
    { line: 'extensions list', cells: 7 },
    { line: 'versions list', cells: 6 },
    { line: 'secrets list', cells: 1 },
    { line: 'commands', cells: 2 },
  ])('every row of lumio $line has $cells cells', async ({ line, cells }) => {
    for (const value of [null, undefined]) {
      const { stdout } = await runLumio(line.split(' '), { env: await sparseEnv(value) });
      const rows = stdout.slice(0, -1).split('\n');
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.split('\t')).toHaveLength(cells);
    }
  });

  test.each(['extensions list', 'versions list', 'secrets list', 'profiles list'])(
    'an empty lumio %s prints nothing on stdout and a sentence on stderr',
    async (line) => {
      const server = await startScriptedServer((_, response) =>
        sendJson(response, 200, { extensions: [], versions: [], keys: [] }),
      );
      cleanUp(server.close);
      const key = line === 'profiles list' ? {} : { LUMIO_API_KEY: 'lm_dev_any' };
      const env = { ...key, LUMIO_API_URL: server.origin, LUMIO_EXTENSION: 'ext_1' };
      const ran = await runLumio(line.split(' '), { env });
      expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
      expect(ran.stderr).toMatch(/^\S.*\.\n$/);
      expect(await runLumio([...line.split(' '), '--quiet'], { env })).toMatchObject({
        stdout: '',
        stderr: '',
      });
    },
  );
});

test('keeps the other keys of the response', async () => {
  const ran = await runLumio(['versions', 'list', '--json'], { env: await serverEnv() });
  expect(at(ran.json(), 'total')).toBe(4);
});

test.each(['0', '-1', 'many', '1.5'])('refuses --limit=%s', async (limit) => {
  const ran = await runLumio(['extensions', 'list', `--limit=${limit}`, '--json']);
  expect(ran.exitCode).toBe(2);
  expect(at(ran.error(), 'error', 'code')).toBe('invalid_option');
});

test.each(['versions list', 'secrets list', 'installs stats', 'status'])(
  '%s accepts the extension as an argument, which overrides --extension',
  async (line) => {
    const { env } = await openSandbox();
    for (const words of [['my-scoreboard'], [exampleId], ['my-scoreboard', '-e=ext_none']])
      expect((await runLumio([...line.split(' '), ...words], { env })).exitCode).toBe(0);
  },
);

test('get shows labels and exact times in a terminal, and keys of unknown fields', async () => {
  const { env } = await openSandbox();
  const hostOptions = { env: { ...env, NO_COLOR: '1' }, terminal: { columns: 100 } };
  const ran = await runLumio(['versions', 'get', '1.2.0', '-e', exampleId], hostOptions);
  expect(ran.stdout).toMatch(/^Submitted +.*\(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m);
  expect(ran.stdout).toMatch(/^Size +182 kB$/m);
  const updated = await runLumio(['extensions', 'update', exampleId, '--name', 'New'], hostOptions);
  expect(updated.stdout.split('\n')[0]).toMatch(/Updated New\.$/);
});

test('suggests the status after a wait', async () => {
  const { env, clock } = await openSandbox();
  const argv = ['versions', 'wait', '1.2.0', '-e', 'my-scoreboard'];
  const ran = await runLumio(argv, { env, clock, terminal: { columns: 80 } });
  expect(ran.stderr).toContain('lumio status -e my-scoreboard');
});

test('suggests a deploy if there are no versions to choose from', async () => {
  const { env } = await openSandbox();
  await runLumio(['extensions', 'create', '--name', 'Clock'], { env });
  const ran = await runLumio(['versions', 'get', 'latest', '-e', 'clock', '--json'], { env });
  expect(at(ran.error(), 'error', 'next')).toBe('lumio deploy -e clock');
});

test.each([
  ['secrets', 'lumio -C . secrets set <name> -e two'],
  ['versions', 'lumio -C . deploy -e two'],
])('an empty list of %s suggests a command for its extension', async (noun, command) => {
  const { env, call } = await openSandbox();
  await call('POST', '/extensions', { name: 'Two' });
  const cwd = await temporaryDirectory(smallProject);
  const ran = await runLumio([noun, 'list', 'two', '-C', '.'], {
    env,
    cwd,
    terminal: { columns: 80 },
  });
  expect(ran.stderr).toContain(command);
});
