/** Global options: before the command, after it, from the environment. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});

const run = (argv: readonly string[], hostOptions: HostOptions = {}): Promise<RunResult> =>
  runLumio(argv, { ...hostOptions, env: { ...sandbox.env, ...hostOptions.env } });

describe('position', () => {
  const nowhere = 'http://127.0.0.1:9/developer/v1';

  test.each([
    { place: 'before the command', argv: ['--api-url', 'HERE', 'extensions', 'list'] },
    { place: 'between its words', argv: ['extensions', '--api-url', 'HERE', 'list'] },
    { place: 'after the command', argv: ['extensions', 'list', '--api-url', 'HERE'] },
    { place: 'with an equals sign', argv: ['extensions', 'list', '--api-url=HERE'] },
    {
      place: 'twice: the last one applies',
      argv: ['--api-url', nowhere, 'extensions', 'list', '--api-url', 'HERE'],
    },
  ])('$place', async ({ argv }) => {
    const ran = await run(
      [...argv, '--json'].map((word) => word.replace('HERE', sandbox.url)),
      { env: { LUMIO_API_URL: nowhere, LUMIO_MAX_WAIT: '0' } },
    );
    expect(ran.exitCode).toBe(0);
  });

  test.each(['-y', '--yes', '-q', '--quiet', '--no-input', '--no-color', '--verbose'])(
    '%s before and after the command',
    async (flag) => {
      for (const argv of [
        [flag, 'ext', 'list'],
        ['ext', flag, 'list'],
        ['ext', 'list', flag],
      ])
        expect((await run(argv)).exitCode).toBe(0);
    },
  );
});

describe('aliases', () => {
  test.each([
    ['ext list', 'extensions list'],
    ['env list -e my-scoreboard', 'secrets list -e my-scoreboard'],
    ['ext get my-scoreboard', 'extensions get -e my-scoreboard'],
  ])('%s is %s', async (short, long) => {
    expect((await run([...short.split(' '), '--json'])).json()).toEqual(
      (await run([...long.split(' '), '--json'])).json(),
    );
  });
});

describe('-C, --cwd', () => {
  test.each([['-C'], ['--cwd']])(
    '%s runs in another directory, before or after the command',
    async (flag) => {
      const directory = await temporaryDirectory({
        'lumio.config.json': '{"extensionId": "my-scoreboard"}',
      });
      for (const argv of [
        [flag, directory, 'versions', 'list'],
        ['versions', 'list', flag, directory],
        ['versions', 'list', `${flag}=${directory}`],
      ])
        expect((await run(argv)).exitCode).toBe(0);
    },
  );

  test.each(['', '/no/such/directory', 'lumio.config.json'])('refuses %j', async (path) => {
    const cwd = await temporaryDirectory({ 'lumio.config.json': '{}' });
    const ran = await run(['extensions', 'list', '--json', '-C', path], { cwd });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ran.error(), 'error', 'code')).toBe('no_working_directory');
  });
});

test('a short option accepts its value after "="', async () => {
  for (const words of [['-e=my-scoreboard'], ['-ye=my-scoreboard'], ['-e', 'my-scoreboard']])
    expect((await run(['versions', 'list', ...words])).exitCode).toBe(0);
});

describe('help', () => {
  test.each([
    ['-h', 'deploy'],
    ['help', 'deploy'],
    ['deploy', '-h'],
    ['--help', 'publish'],
    ['deploy', '--help', '--no-such-option'],
  ])('lumio %s %s is lumio deploy --help', async (...argv) => {
    expect((await run(argv)).stdout).toBe((await run(['deploy', '--help'])).stdout);
  });
});

describe('--version', () => {
  test.each([
    '--version',
    '-V',
    '-v',
    'version',
    '-v versions list',
    'whoami -v',
    'versions -v',
    'deploy -V',
    'pack -V',
    'versions list --version',
    'versions list -V',
  ])('lumio %s prints the version of lumio', async (line) => {
    expect((await run(line.split(' '))).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each(['deploy', 'pack'])(
    '%s --version requires the version of the bundle',
    async (command) => {
      const ran = await run(['--json', command, '--version']);
      expect(ran.exitCode).toBe(2);
      expect(at(ran.error(), 'error', 'message')).toContain('--version');
    },
  );
});

describe('--query', () => {
  test.each([
    { query: 'extensions[0].slug', stdout: 'my-scoreboard\n' },
    { query: 'extensions[0].installCount', stdout: '142\n' },
    { query: "extensions[0].status == 'approved'", stdout: 'true\n' },
    { query: 'extensions[].slug', stdout: '[\n  "my-scoreboard"\n]\n' },
    { query: 'nothing', stdout: 'null\n' },
  ])('$query', async ({ query, stdout }) => {
    expect(await run(['ext', 'list', '--query', query])).toMatchObject({
      exitCode: 0,
      stdout,
      stderr: '',
    });
  });

  test('refuses an invalid expression before it sends anything', async () => {
    const before = sandbox.requests().length;
    const ran = await run(['ext', 'list', '--query', 'extensions[']);
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({
      error: { code: 'invalid_query' },
    });
    expect(sandbox.requests()).toHaveLength(before);
  });
});

describe('--verbose', () => {
  test.each([
    { way: '--verbose', argv: ['--verbose'], env: {} },
    { way: 'LUMIO_DEBUG=1', argv: [], env: { LUMIO_DEBUG: '1' } },
  ])(
    '$way: prints requests and responses on stderr, the key masked, stdout unchanged',
    async ({ argv, env }) => {
      const ran = await run(['ext', 'list', '--json', ...argv], { env });
      expect(ran.stderr).toMatch(/GET .*\/extensions/);
      expect(ran.stderr).toContain('200');
      expect(ran.stderr).not.toContain(sandboxKey);
      expect(at(ran.json(), 'extensions', 0, 'slug')).toBe('my-scoreboard');
    },
  );

  test('LUMIO_DEBUG=0 is off', async () => {
    expect((await run(['ext', 'list'], { env: { LUMIO_DEBUG: '0' } })).stderr).toBe('');
  });
});

describe('color', () => {
  const escape = '\u001b[';
  test.each([
    {
      where: 'in a terminal',
      hostOptions: { terminal: { columns: 100 } },
      argv: [],
      colored: true,
    },
    {
      where: 'in a terminal with --no-color',
      hostOptions: { terminal: { columns: 100 } },
      argv: ['--no-color'],
      colored: false,
    },
    {
      where: 'in a terminal with NO_COLOR',
      hostOptions: { terminal: { columns: 100 }, env: { NO_COLOR: '1' } },
      argv: [],
      colored: false,
    },
    {
      where: 'on a dumb terminal',
      hostOptions: { terminal: { columns: 100 }, env: { TERM: 'dumb' } },
      argv: [],
      colored: false,
    },
    {
      where: 'in a terminal with CLICOLOR=0',
      hostOptions: { terminal: { columns: 100 }, env: { CLICOLOR: '0' } },
      argv: [],
      colored: false,
    },
    {
      where: 'in a pipe with CLICOLOR_FORCE, for errors',
      hostOptions: { env: { CLICOLOR_FORCE: '1', LUMIO_API_KEY: '' } },
      argv: [],
      colored: true,
    },
    {
      where: 'with NO_COLOR, which overrides CLICOLOR_FORCE',
      hostOptions: { env: { CLICOLOR_FORCE: '1', NO_COLOR: '1', LUMIO_API_KEY: '' } },
      argv: [],
      colored: false,
    },
    { where: 'in a pipe', hostOptions: {}, argv: [], colored: false },
    {
      where: 'in a pipe with FORCE_COLOR, for errors',
      hostOptions: { env: { FORCE_COLOR: '1', LUMIO_API_KEY: '' } },
      argv: [],
      colored: true,
    },
    {
      where: 'with --json, regardless of FORCE_COLOR',
      hostOptions: { env: { FORCE_COLOR: '1' } },
      argv: ['--json'],
      colored: false,
    },
  ])('$where: $colored', async ({ hostOptions, argv, colored }) => {
    const ran = await run(['versions', 'list', '-e', 'my-scoreboard', ...argv], hostOptions);
    expect((ran.stdout + ran.stderr).includes(escape)).toBe(colored);
  });

  test('--no-color applies to usage errors', async () => {
    const ran = await run(['ext', 'list', '--nonsense', '--no-color'], {
      terminal: { columns: 80 },
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).not.toContain(escape);
  });

  test(`arguments after "--" don't affect lumio`, async () => {
    const ran = await run(['sandbox', 'exec', '--nonsense', '--', 'tool', '--json', '--no-color'], {
      terminal: { columns: 80 },
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(`${escape}31m`);
    expect(ran.stderr).not.toContain('"error"');
  });
});

describe('durations', () => {
  test.each([
    { argv: ['--max-wait', 'soon'], env: {}, culprit: '--max-wait' },
    { argv: ['--timeout', '5x'], env: {}, culprit: '--timeout' },
    { argv: ['--timeout', '0'], env: {}, culprit: '--timeout' },
    { argv: [], env: { LUMIO_TIMEOUT: '0s' }, culprit: 'LUMIO_TIMEOUT' },
    { argv: [], env: { LUMIO_MAX_WAIT: 'ages' }, culprit: 'LUMIO_MAX_WAIT' },
    { argv: [], env: { LUMIO_TIMEOUT: '-1s' }, culprit: 'LUMIO_TIMEOUT' },
  ])('$argv $env is refused, naming $culprit', async ({ argv, env, culprit }) => {
    const ran = await run(['ext', 'list', '--json', ...argv], { env });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'message')).toContain(culprit);
  });

  test.each([
    { way: '--max-wait 0', argv: ['--max-wait', '0'], env: {} },
    { way: 'LUMIO_MAX_WAIT=0', argv: [], env: { LUMIO_MAX_WAIT: '0' } },
  ])('$way: no second attempt', async ({ argv, env }) => {
    const failing = await openSandbox({ faults: [parseFault('listExtensions=500')] });
    const ran = await runLumio(['ext', 'list', '--json', ...argv], {
      env: { ...failing.env, ...env },
    });
    expect(ran.exitCode).toBe(10);
    expect(failing.requests()).toEqual(['GET /extensions 500 (fault 500)']);
  });
});

describe('--api-url', () => {
  test.each([
    'ftp://127.0.0.1/',
    'http://example.com/developer/v1',
    'not a url',
    'https://user:pass@example.com/',
  ])('%s is refused before the key is sent', async (url) => {
    const ran = await run(['ext', 'list', '--json', '--api-url', url]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toBe('');
  });

  describe.each(['deploy --dry-run', 'deploy one two --dry-run', 'api --spec'])(
    '%s, which sends nothing',
    (command) => {
      const project = {
        'lumio.config.json': JSON.stringify({ extensionId: 'ext_1', version: '1.0.0' }),
        'dist/index.html': 'x',
      };
      const files = {
        ...project,
        ...Object.fromEntries(
          Object.entries(project).flatMap(([path, text]) => [
            [`one/${path}`, text],
            [`two/${path}`, text.replace('ext_1', 'ext_2')],
          ]),
        ),
      };

      test.each([
        'https://user:hunter2@example.com/v1',
        'https://example.com/v1?token=hunter2',
        'nothing://example.com/v1',
      ])('%s is refused without printing its secrets', async (url) => {
        const ran = await run([...command.split(' '), '--json', '--api-url', url], {
          cwd: await temporaryDirectory(files),
        });
        expect(ran.exitCode).toBe(2);
        expect(ran.error()).toMatchObject({ error: { code: 'invalid_api_url' } });
        expect(ran.stdout + ran.stderr).not.toContain('hunter2');
      });

      test("doesn't double a trailing slash", async () => {
        const ran = await run(
          [...command.split(' '), '--json', '--api-url', 'https://example.com/v1/'],
          { cwd: await temporaryDirectory(files), env: { LUMIO_API_KEY: '' } },
        );
        expect(ran.exitCode).toBe(0);
        expect(ran.stdout).toContain('"https://example.com/v1');
        expect(ran.stdout).not.toMatch(/v1\/(\/|")/);
      });
    },
  );
});
