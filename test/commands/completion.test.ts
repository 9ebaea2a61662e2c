/** Completion, as the scripts of the shells ask for it. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endpoints } from '../../src/api/contract.ts';
import { faultKinds } from '../../src/sandbox/faults.ts';
import { registry } from '../../src/commands/index.ts';
import { aliasesOf } from '../../src/cli/command.ts';
import type { Clock } from '../../src/host.ts';
import { cleanUp } from '../support/clean-up.ts';
import { type HostOptions, runLumio } from '../support/host.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { isWindows } from '../support/platform.ts';

const { commands } = registry;

/** A clock that doesn't move: sleeping ends only when it is aborted. */
function stoppedClock(atMs = 0): Clock {
  return { now: () => atMs, monotonicMs: () => atMs, random: () => 0.5, sleep: untilAborted };
}

function untilAborted(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

/** The candidates for the last word of a command line. */
async function candidates(line: string, options: HostOptions = {}): Promise<string[]> {
  const words = line.split(' ');
  const ran = await runLumio(['__complete', String(words.length - 1), ...words], {
    clock: stoppedClock(),
    ...options,
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  return ran.stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => text.split('\t')[0] ?? '');
}

function membersOf(group: string): string[] {
  return commands.filter(({ path }) => path[0] === group).map(({ path }) => path[1] ?? '');
}

/** Each path with at least one alias. */
function wordsFor(path: readonly string[]): string[][] {
  const all = path.reduce<string[][]>(
    (ways, name) =>
      ways.flatMap((way) => [name, ...aliasesOf(registry, name)].map((word) => [...way, word])),
    [[]],
  );
  return all.slice(1);
}

describe('from the definitions', () => {
  test.each([
    { line: 'versions ', expected: membersOf('versions') },
    { line: 'ext ', expected: membersOf('extensions') },
    { line: '--profile versions versions ', expected: membersOf('versions') },
    { line: 'deploy --bump ', expected: ['major', 'minor', 'patch'] },
    { line: 'deploy --bump=', expected: ['--bump=major', '--bump=minor', '--bump=patch'] },
    { line: 'deploy ', expected: [':directory'] },
    { line: 'deploy --wait ', expected: [] },
    { line: 'deploy --changelog-file ', expected: [':file'] },
    { line: 'deploy -d ', expected: [] },
    { line: 'completion ', expected: ['bash', 'zsh', 'fish', 'powershell'] },
    { line: 'help secrets ', expected: membersOf('secrets') },
    { line: 'whoami ', expected: [] },
    { line: 'nonsense ', expected: [] },
    { line: 'sandbox exec -- npm --', expected: [] },
  ])('lumio $line', async ({ line, expected }) => {
    expect(await candidates(line)).toEqual(expected);
  });

  test('faults of the sandbox: an endpoint, then a fault', async () => {
    const [first = ''] = Object.keys(endpoints);
    const kinds = Object.keys(faultKinds);
    for (const command of ['sandbox start', 'sandbox exec']) {
      const names = await candidates(`${command} --fault `);
      expect(names).toEqual([...Object.keys(endpoints), '*'].map((name) => `${name}=`));
      const faults = await candidates(`${command} --fault ${first}=4`);
      expect(faults).toEqual(kinds.map((kind) => `${first}=${kind}`));
      const attached = await candidates(`${command} --fault=*=`);
      expect(attached).toEqual(kinds.map((kind) => `--fault=*=${kind}`));
    }
    expect(await candidates(`sandbox start --fault=${first[0]}`)).toContain(`--fault=${first}=`);
  });

  test.each([
    { line: 'extension ', expected: membersOf('extensions') },
    { line: 'secret ', expected: membersOf('secrets') },
    { line: 'help ext ', expected: membersOf('extensions') },
    { line: 'help secret ', expected: membersOf('secrets') },
    { line: 'env ls extra ', expected: [] },
    { line: 'ls ', expected: [] },
    { line: 'env ext ', expected: [] },
  ])('hidden alias: lumio $line', async ({ line, expected }) => {
    expect(await candidates(line)).toEqual(expected);
  });

  // The parser accepts these words, so words after them are completed too.
  test.each(
    commands.flatMap(({ path }) =>
      wordsFor(path).map((words) => ({ hiddenAlias: words.join(' '), name: path.join(' ') })),
    ),
  )('hidden alias: lumio $hiddenAlias --', async ({ hiddenAlias, name }) => {
    expect((await runLumio([...hiddenAlias.split(' '), '--help'])).stdout).toContain(
      `lumio ${name}`,
    );
    expect(await candidates(`${hiddenAlias} --`)).toEqual(await candidates(`${name} --`));
  });

  test('the first word is any command or group', async () => {
    expect(await candidates('')).toEqual([...new Set(commands.map(({ path }) => path[0]))]);
  });

  test('options of the command and of every command, but none twice', async () => {
    const offered = await candidates('deploy --dry-run --allow x -');
    expect(offered).toEqual(
      expect.arrayContaining(['-e', '--extension', '--allow', '--json', '--profile']),
    );
    expect(offered).not.toContain('--dry-run');
    expect(offered).toContain('--help');
  });

  test('topics of the help, and stored profiles', async () => {
    expect(await candidates('help ')).toEqual(
      expect.arrayContaining(['deploy', 'versions', 'exit-codes', 'secret-scan']),
    );
    const { env } = await openSandbox();
    const directory = await temporaryDirectory();
    const shared = { LUMIO_CONFIG_DIR: directory, LUMIO_API_URL: env['LUMIO_API_URL'] };
    const login = { env: shared, stdin: env['LUMIO_API_KEY'] ?? '' };
    await runLumio(['login', '--with-token', '--profile', 'work'], login);
    expect(await candidates('whoami --profile ', { env: shared })).toEqual(['work']);
  });

  test('a shell may omit the empty word at the cursor', async () => {
    expect((await runLumio(['__complete', '1', 'versions'])).stdout).toContain('list\t');
  });

  test('is hidden from help and lists', async () => {
    for (const argv of [['--help'], ['commands', '--json'], ['help']])
      expect((await runLumio(argv)).stdout).not.toContain('__complete');
    expect((await runLumio(['__complet'])).stderr).not.toContain('__complete');
  });
});

describe('from the API', () => {
  test('slugs, versions and names of secrets', async () => {
    const { env, call } = await openSandbox();
    await call('PUT', `/extensions/${exampleId}/secrets/API_KEY`, { value: 'v' });
    const cwd = await temporaryDirectory(smallProject);
    expect(await candidates('deploy -e ', { env })).toEqual(['my-scoreboard']);
    expect(await candidates('extensions get ', { env })).toEqual(['my-scoreboard']);
    expect(await candidates('versions get -e my-scoreboard ', { env })).toEqual([
      'latest',
      '1.2.0',
    ]);
    expect(await candidates('versions wait ', { env, cwd })).toEqual(['latest', '1.2.0']);
    for (const line of ['secrets delete ', 'secret rm ', 'env remove '])
      expect(await candidates(line, { env, cwd })).toContain('API_KEY');
    expect(await candidates('secrets delete API_KEY ', { env, cwd })).not.toContain('API_KEY');
    expect(await candidates('extension show ', { env })).toEqual(['my-scoreboard']);
  });

  test.skipIf(isWindows)('caches values for a minute, under a hash of the key', async () => {
    const sandbox = await openSandbox();
    const cache = await temporaryDirectory();
    const env = { ...sandbox.env, XDG_CACHE_HOME: cache };
    for (const atMs of [0, 59_000])
      await candidates('deploy -e ', { env, clock: stoppedClock(atMs) });
    expect(sandbox.requests()).toHaveLength(1);
    await candidates('deploy -e ', { env, clock: stoppedClock(61_000) });
    expect(sandbox.requests()).toHaveLength(2);
    expect(await readdir(join(cache, 'lumio'))).toEqual(['completion.json']);
    const path = join(cache, 'lumio', 'completion.json');
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readFile(path, 'utf8')).not.toContain(sandbox.apiKey);
  });

  test('caches values per key', async () => {
    const sandbox = await openSandbox();
    const env = { ...sandbox.env, XDG_CACHE_HOME: await temporaryDirectory() };
    await candidates('deploy -e ', { env });
    expect(
      await candidates('deploy -e ', { env: { ...env, LUMIO_API_KEY: 'lm_dev_another' } }),
    ).toEqual([]);
  });

  test('uses --api-url of the line', async () => {
    const { env, url } = await openSandbox();
    expect(
      await candidates(`deploy --api-url ${url} -e `, {
        env: { ...env, LUMIO_API_URL: 'http://127.0.0.1:1' },
      }),
    ).toEqual(['my-scoreboard']);
  });

  test.each([
    { what: 'no key', env: {} },
    {
      what: 'no server',
      env: { LUMIO_API_KEY: 'lm_dev_x', LUMIO_API_URL: 'http://127.0.0.1:1' },
    },
    {
      what: 'an unknown host',
      env: { LUMIO_API_KEY: 'lm_dev_x', LUMIO_API_URL: 'https://nowhere.invalid' },
    },
    {
      what: 'an invalid URL',
      env: { LUMIO_API_KEY: 'lm_dev_x', LUMIO_API_URL: 'nonsense' },
    },
  ])('$what: offers nothing', async ({ env }) => {
    expect(await candidates('deploy -e ', { env })).toEqual([]);
    expect(await candidates('versions get ', { env })).toEqual([]);
  });

  test(`doesn't wait for a slow API`, async () => {
    const { env } = await openSandbox({ latencyMs: 60_000, clock: stoppedClock() });
    const passing: Clock = { ...stoppedClock(), sleep: () => Promise.resolve() };
    expect(await candidates('deploy -e ', { env, clock: passing })).toEqual([]);
  });

  test(`text from a server can't control the terminal or add candidates`, async () => {
    const server = await startScriptedServer((_, response) =>
      sendJson(response, 200, {
        extensions: [
          { id: 'ext_a', slug: 'sc\u202Eores', name: 'Live\tscores\nevil\u001B[2J\u2066 now' },
        ],
      }),
    );
    cleanUp(server.close);
    const ran = await runLumio(['__complete', '2', 'deploy', '-e', ''], {
      clock: stoppedClock(),
      env: { LUMIO_API_KEY: 'lm_dev_x', LUMIO_API_URL: server.origin },
    });
    expect(ran.stdout).toBe('scores\tLive scores evil [2J now\n');
  });

  test('ignores a damaged cache', async () => {
    const sandbox = await openSandbox();
    const cache = await temporaryDirectory({
      'lumio/completion.json': '{"x": {"savedAtMs": 0, "candidates": [1]}',
    });
    expect(
      await candidates('deploy -e ', { env: { ...sandbox.env, XDG_CACHE_HOME: cache } }),
    ).toEqual(['my-scoreboard']);
  });
});

test('lumio completion without a shell lists the shells', async () => {
  const { stderr, exitCode } = await runLumio(['completion']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('<shell>');
});
