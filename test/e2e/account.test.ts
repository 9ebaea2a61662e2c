/** login, logout, whoami, profiles: what is stored, where, and which key is active. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { interruption, type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});

/** A machine with its own configuration directory, shared by its commands. */
async function machine(): Promise<{
  directory: string;
  run: (argv: readonly string[], hostOptions?: HostOptions) => Promise<RunResult>;
}> {
  const directory = join(await temporaryDirectory(), 'keys');
  const run = (argv: readonly string[], hostOptions: HostOptions = {}): Promise<RunResult> =>
    runLumio(argv, {
      ...hostOptions,
      env: { LUMIO_API_URL: sandbox.url, LUMIO_CONFIG_DIR: directory, ...hostOptions.env },
    });
  return { directory, run };
}

const masked = 'lm_dev_****a1b2';

describe('login', () => {
  test.each([
    {
      way: '--with-token from stdin, without its newline',
      argv: ['--with-token'],
      hostOptions: { stdin: `${sandboxKey}\n` },
      note: undefined,
    },
    {
      way: '--token, with a note that it is visible',
      argv: ['--token', sandboxKey],
      hostOptions: {},
      note: 'process list',
    },
    {
      way: 'the hidden prompt',
      argv: [],
      hostOptions: {
        terminal: { columns: 80 },
        answers: [{ kind: 'secret', to: '127.0.0.1:', answer: ` ${sandboxKey} ` }],
      },
      note: undefined,
    },
  ] as const)('$way', async ({ argv, hostOptions, note }) => {
    const { directory, run } = await machine();
    const ran = await run(['login', ...argv], hostOptions);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(masked);
    expect(ran.stdout + ran.stderr).not.toContain(sandboxKey);
    if (note === undefined) expect(ran.stderr).not.toContain('Note:');
    else expect(ran.stderr).toContain(note);
    const [file = '', ...others] = await readdir(directory);
    expect(others).toEqual([]);
    // Windows restricts access to the directory of the user.
    if (!isWindows) {
      expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
    }
    expect(await readFile(join(directory, file), 'utf8')).toContain(sandboxKey);
    expect((await run(['whoami', '--json'])).json()).toMatchObject({
      key: masked,
      source: 'profile',
      profile: 'default',
      extensionCount: 1,
    });
  });

  test('notes that it replaces the key of another API', async () => {
    const { run } = await machine();
    const other = await openSandbox();
    const logIn = async ({ url }: TestSandbox, ...argv: string[]): Promise<string> =>
      (await run(['login', '--token', sandboxKey, '--api-url', url, ...argv])).stderr;
    expect(await logIn(sandbox)).not.toContain('replaces');
    expect(await logIn(sandbox)).not.toContain('replaces');
    expect(await logIn(other, '--profile', 'other')).not.toContain('replaces');
    expect(await logIn(other)).toContain(`stored for ${sandbox.url}`);
  });

  test("doesn't suggest another login after a refused key", async () => {
    const { run } = await machine();
    const error = at(
      (
        await run(['login', '--with-token', '--json'], { stdin: 'lm_dev_wrong_wrong_wrong_wrong' })
      ).error(),
      'error',
    );
    expect(error).toMatchObject({ status: 401 });
    expect(at(error, 'next')).toBeUndefined();
  });

  test('the document of --json', async () => {
    const { directory, run } = await machine();
    const ran = await run(['login', '--with-token', '--json'], { stdin: sandboxKey });
    expect(ran.json()).toEqual({
      profile: 'default',
      key: masked,
      apiUrl: sandbox.url,
      stored: true,
      path: expect.stringContaining(directory),
    });
    expect(ran.stderr).toBe('');
  });

  test.each([
    ['lumio init', {}],
    ['lumio status', { 'lumio.config.json': '{"extensionId":"ext_1"}' }],
  ])('suggests %s in a directory with %j', async (next, files) => {
    const { run } = await machine();
    const ran = await run(['login'], {
      cwd: await temporaryDirectory(files),
      terminal: { columns: 80 },
      answers: [{ kind: 'secret', to: '127.0.0.1:', answer: sandboxKey }],
    });
    expect(ran.stderr).toContain(`Next: "${next}"`);
  });

  test.each([
    {
      title: 'a key that the API refuses: exit 4',
      stdin: 'lm_dev_wrong_wrong_wrong_wrong',
      argv: ['--with-token'],
      exitCode: 4,
      code: 'unauthorized',
    },
    {
      title: 'an empty stdin: exit 2',
      stdin: '',
      argv: ['--with-token'],
      exitCode: 2,
      code: expect.any(String),
    },
    {
      title: 'a key with a space in it: exit 2',
      stdin: 'lm_dev_a b',
      argv: ['--with-token'],
      exitCode: 2,
      code: 'malformed_api_key',
    },
    {
      title: 'two ways at the same time: exit 2',
      stdin: 'x',
      argv: ['--with-token', '--token', 'y'],
      exitCode: 2,
      code: 'conflicting_options',
    },
    {
      title: 'no terminal to prompt in: exit 2',
      stdin: '',
      argv: [],
      exitCode: 2,
      code: 'missing_input',
    },
  ])('$title, and nothing is stored', async ({ stdin, argv, exitCode, code }) => {
    const { directory, run } = await machine();
    const ran = await run(['login', ...argv, '--json'], { stdin });
    expect(ran.error()).toMatchObject({ error: { code } });
    expect(ran.exitCode).toBe(exitCode);
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  test.each(['LUMIO_API_KEY', 'LUMIO_TOKEN', 'LUMIO_API_KEY_FILE'])(
    'notes before the prompt that %s takes precedence',
    async (name) => {
      const { run } = await machine();
      const ran = await run(['login'], {
        env: { [name]: 'lm_dev_another' },
        terminal: { columns: 80 },
        answers: [{ kind: 'secret', to: '127.0.0.1:', answer: 'lm_dev_wrong_wrong' }],
      });
      // The key is refused, so the note can only come before it is checked.
      expect(ran.exitCode).toBe(4);
      expect(ran.stderr).toMatch(new RegExp(`${name} is set[^]*Invalid`));
    },
  );
});

describe('the active key', () => {
  test.each([
    { env: {}, source: 'profile', hides: [] },
    {
      env: { LUMIO_TOKEN: sandboxKey },
      source: 'LUMIO_TOKEN',
      hides: ['"default"'],
    },
    {
      env: { LUMIO_API_KEY: sandboxKey },
      source: 'LUMIO_API_KEY',
      hides: ['"default"'],
    },
    {
      env: { LUMIO_API_KEY: sandboxKey, LUMIO_TOKEN: 'lm_dev_other' },
      source: 'LUMIO_API_KEY',
      hides: ['LUMIO_TOKEN', '"default"'],
    },
  ])('$env: $source', async ({ env, source, hides }) => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['whoami'], { env });
    expect((await run(['whoami', '--json'], { env })).json()).toMatchObject({
      source,
      hides: hides.map((hidden) => expect.stringContaining(hidden)),
    });
    for (const hidden of hides) expect(ran.stderr).toContain(hidden);
  });

  test.each([
    { argv: ['--profile', 'work'], env: { LUMIO_API_KEY: 'lm_dev_wrong' }, exitCode: 0 },
    { argv: ['--profile', 'work'], env: { LUMIO_API_KEY_FILE: '/nope' }, exitCode: 0 },
    { argv: ['--profile', 'nope'], env: { LUMIO_API_KEY: sandboxKey }, exitCode: 4 },
    { argv: [], env: { LUMIO_API_KEY: 'lm_dev_wrong', LUMIO_PROFILE: 'work' }, exitCode: 4 },
    { argv: [], env: { LUMIO_API_KEY: sandboxKey, LUMIO_PROFILE: 'nope' }, exitCode: 0 },
  ])('an explicit --profile overrides the environment: $argv $env', async (row) => {
    const { run } = await machine();
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    const ran = await run(['whoami', '--json', ...row.argv], { env: row.env });
    expect(ran.exitCode).toBe(row.exitCode);
    if (row.argv.join(' ') === '--profile nope')
      expect(at(ran.error(), 'error', 'hint')).toMatch(/\bwork\b/);
  });

  test('comes from the file in LUMIO_API_KEY_FILE', async () => {
    const { run } = await machine();
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, 'key.txt'), `\uFEFF${sandboxKey}\r\n`);
    const env = { LUMIO_API_KEY_FILE: 'key.txt' };
    expect((await run(['whoami', '--json'], { cwd, env })).json()).toMatchObject({
      source: 'LUMIO_API_KEY_FILE',
      key: masked,
    });
    const wrong = { ...env, LUMIO_TOKEN: 'lm_dev_wrong' };
    expect((await run(['whoami', '--json'], { cwd, env: wrong })).exitCode).toBe(4);
  });

  test.each([
    ['is missing', undefined, expect.any(String)],
    ['is empty', ' \n', 'empty_key_file'],
    ['has several lines', 'lm_dev_a\nlm_dev_b', 'malformed_api_key'],
  ])('is refused if that file %s', async (_what, content, code) => {
    const { run } = await machine();
    const cwd = await temporaryDirectory();
    if (content !== undefined) await writeFile(join(cwd, 'key.txt'), content);
    const ran = await run(['whoami', '--json'], { cwd, env: { LUMIO_API_KEY_FILE: 'key.txt' } });
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({ error: { code } });
  });

  test.skipIf(isWindows)(
    `stops reading that file at Ctrl-C${notOnWindows('no FIFOs')}`,
    async () => {
      const { run } = await machine();
      const cwd = await temporaryDirectory();
      execFileSync('mkfifo', [join(cwd, 'key.fifo')]);
      const stop = new AbortController();
      setTimeout(() => stop.abort(interruption()), 300);
      const env = { LUMIO_API_KEY_FILE: 'key.fifo' };
      expect((await run(['whoami'], { cwd, env, signal: stop.signal })).exitCode).toBe(130);
    },
  );

  test('works from the environment although the stored keys are unreadable', async () => {
    const { directory, run } = await machine();
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'credentials.json'), 'damaged');
    const ran = await run(['whoami', '--json'], { env: { LUMIO_API_KEY: sandboxKey } });
    expect(ran.json()).toMatchObject({ source: 'LUMIO_API_KEY', hides: [] });
    expect((await run(['whoami', '--json'])).error()).toMatchObject({
      error: { code: 'damaged_store' },
    });
  });

  test('is used with the API that it was stored for', async () => {
    const { run } = await machine();
    await run(['login', '--with-token', '--profile', 'local'], { stdin: sandboxKey });
    const noUrl = { LUMIO_API_URL: undefined };
    for (const selection of [{ LUMIO_PROFILE: 'local' }, {}]) {
      const argv = selection.LUMIO_PROFILE === undefined ? ['--profile', 'local'] : [];
      const ran = await run(['whoami', '--json', ...argv], { env: { ...noUrl, ...selection } });
      expect(ran.json()).toMatchObject({ apiUrl: sandbox.url, profile: 'local' });
    }
    const { stdout } = await run(['doctor', '--json', '--profile', 'local'], { env: noUrl });
    expect(stdout).toContain('\\"local\\"');
  });

  test('is used with the API of the profile that the project names', async () => {
    const { run } = await machine();
    const cwd = await temporaryDirectory({
      'package.json': JSON.stringify({ lumio: { profile: 'team' } }),
    });
    await run(['login', '--with-token', '--profile', 'team'], { stdin: sandboxKey });
    const ran = await run(['whoami', '--json'], { cwd, env: { LUMIO_API_URL: undefined } });
    expect(ran.json()).toMatchObject({ apiUrl: sandbox.url, profile: 'team', source: 'profile' });
  });

  test('is checked with the default API at login, not with that of the profile', async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const again = { stdin: 'lm_dev_sandbox_x', env: { LUMIO_API_URL: undefined } };
    expect((await run(['login', '--with-token', '--json'], again)).error()).toMatchObject({
      error: { code: 'sandbox_key' },
    });
    expect((await run(['whoami', '--json'])).json()).toMatchObject({ apiUrl: sandbox.url });
  });

  test.each([
    [['--api-url', 'http://127.0.0.1:9/developer/v1'], {}],
    [[], { LUMIO_API_URL: 'http://127.0.0.1:9/developer/v1' }],
    [['--api-url', 'https://api.lumio.vision/developer/v1'], {}],
  ])("isn't sent to another API: %j %j", async (argv, env) => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['whoami', '--json', ...argv], { env });
    expect(ran.exitCode).toBe(4);
    expect(ran.error()).toMatchObject({ error: { code: 'key_for_another_api' } });
  });

  test("isn't the reason to refuse an invalid API URL", async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['versions', 'list', '-e', 'x', '--json', '--api-url', 'nowhere']);
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({ error: { code: 'invalid_api_url' } });
  });

  test('from the environment is sent to the default API, not to that of a profile', async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const env = { LUMIO_API_URL: undefined, LUMIO_API_KEY: 'lm_dev_sandbox_x' };
    expect((await run(['whoami', '--json'], { env })).error()).toMatchObject({
      error: { code: 'sandbox_key' },
    });
  });

  test('comes from the selected profile', async () => {
    const { run } = await machine();
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    expect((await run(['whoami', '--json'])).exitCode).toBe(4);
    expect((await run(['whoami', '--json', '--profile', 'work'])).json()).toMatchObject({
      profile: 'work',
    });
    expect(
      (await run(['whoami', '--json'], { env: { LUMIO_PROFILE: 'work' } })).json(),
    ).toMatchObject({ profile: 'work' });
  });

  test("isn't sent to another API, whose secrets the error hides", async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['ext', 'list'], {
      env: { LUMIO_API_URL: 'https://user:canary@host.example/v1?token=canary' },
    });
    expect(ran.exitCode).toBeGreaterThan(0);
    expect(ran.stdout + ran.stderr).not.toContain('canary');
  });

  test('is the one in the environment although a stored one is valid', async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['whoami', '--json'], { env: { LUMIO_API_KEY: 'lm_dev_wrong' } });
    expect(ran.exitCode).toBe(4);
    expect(at(ran.error(), 'error', 'status')).toBe(401);
  });
});

describe('logout', () => {
  test('deletes the key of one profile, and reports whether there was one', async () => {
    const { directory, run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    expect((await run(['logout', '--json'])).json()).toEqual({ profile: 'default', deleted: true });
    expect((await run(['logout', '--json'])).json()).toEqual({
      profile: 'default',
      deleted: false,
    });
    expect((await run(['whoami', '--json'])).error()).toMatchObject({
      error: { code: 'no_api_key' },
    });
    expect((await run(['whoami', '--json', '--profile', 'work'])).exitCode).toBe(0);
    expect((await run(['logout', '--profile', 'work'])).exitCode).toBe(0);
    const [file = ''] = await readdir(directory);
    expect(await readFile(join(directory, file), 'utf8')).not.toContain(sandboxKey);
  });

  test('--all deletes the keys of all profiles', async () => {
    const { directory, run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    expect((await run(['logout', '--all', '--json'])).json()).toEqual({
      profiles: ['default', 'work'],
      deleted: true,
    });
    expect((await run(['logout', '--all', '--json'])).json()).toEqual({
      profiles: [],
      deleted: false,
    });
    expect(await readFile(join(directory, 'credentials.json'), 'utf8')).not.toContain(sandboxKey);
    const both = await run(['logout', '--all', '--profile', 'work', '--json']);
    expect(both.error()).toMatchObject({ error: { code: 'conflicting_options' } });
  });

  test('notes that a key in the environment remains active', async () => {
    const { run } = await machine();
    const ran = await run(['logout'], { env: { LUMIO_API_KEY: sandboxKey } });
    expect(ran.stderr).toContain('LUMIO_API_KEY');
  });
});

describe('profiles list', () => {
  test('never breaks an address on a narrow terminal', async () => {
    const { run } = await machine();
    const login = ['login', '--with-token', '--profile', 'team-of-the-overlays'];
    await run(login, { stdin: sandboxKey });
    const { stdout } = await run(['profiles', 'list'], { terminal: { columns: 80 } });
    expect(stdout).toContain(sandbox.url);
  });

  test('shows the API, the masked key and which profile is active', async () => {
    const { run } = await machine();
    expect((await run(['profiles', 'list', '--json'])).json()).toEqual({ profiles: [] });
    await run(['login', '--with-token'], { stdin: sandboxKey });
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    const profile = { apiUrl: sandbox.url, key: masked, savedAt: expect.any(String) };
    const list = async (argv: readonly string[], env = {}): Promise<unknown> =>
      (await run(['profiles', 'list', '--json', ...argv], { env })).json();
    expect(await list([])).toEqual({
      profiles: [
        { name: 'default', ...profile, active: true },
        { name: 'work', ...profile, active: false },
      ],
    });
    const activeOf = (document: unknown) =>
      [0, 1].map((row) => at(document, 'profiles', row, 'active'));
    expect(activeOf(await list(['--profile', 'work']))).toEqual([false, true]);
    expect(activeOf(await list([], { LUMIO_PROFILE: 'work' }))).toEqual([false, true]);
    expect(activeOf(await list([], { LUMIO_TOKEN: 'x' }))).toEqual([false, false]);
    expect(activeOf(await list(['--profile', 'work'], { LUMIO_TOKEN: 'x' }))).toEqual([
      false,
      true,
    ]);
    const { stdout } = await run(['profiles', 'list']);
    expect(stdout.split('\n')[1]).toMatch(/^work\tlm_dev_\*{4}a1b2\thttp:/);
    expect(stdout).not.toContain(sandboxKey);
  });
});

describe('a suggested command', () => {
  const nowhere = { LUMIO_API_URL: 'http://127.0.0.1:9/developer/v1', LUMIO_MAX_WAIT: '0' };

  test('has the profile, the API and the directory of the command', async () => {
    const { run } = await machine();
    await run(['login', '--with-token', '--profile', 'work'], { stdin: sandboxKey });
    const cwd = await temporaryDirectory({
      'app/lumio.config.json': JSON.stringify({ extensionId: exampleId }),
      'app/dist/index.html': '<p>overlay</p>',
    });
    const options = ['--profile', 'work', '--api-url', sandbox.url, '-C', 'app'];
    const inApp = (argv: readonly string[]): Promise<RunResult> => run(argv, { cwd, env: nowhere });
    const next = at((await inApp(['status', '--json', ...options])).json(), 'next');
    expect(next).toEqual(['lumio', ...options, 'deploy', '--bump', 'patch'].join(' '));
    expect((await inApp(String(next).split(' ').slice(1))).exitCode).toBe(0);
    const refused = await inApp(['deploy', '-v', '1.2.0', '--json', ...options]);
    expect(at(refused.error(), 'error', 'next')).toBe(next);
  });

  test('has the profile of a login', async () => {
    const { run } = await machine();
    const ran = await run(['login', '--token', sandboxKey, '--profile', 'work'], {
      cwd: await temporaryDirectory(),
      terminal: { columns: 80 },
    });
    expect(ran.stderr).toContain('"lumio init --profile work"');
  });
});
