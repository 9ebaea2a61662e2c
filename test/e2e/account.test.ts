/** login, logout, whoami: what is stored, where, and which key is in force. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});

/** A machine with a folder for keys of its own: commands on it see what earlier ones stored. */
async function machine(): Promise<{
  folder: string;
  run: (argv: readonly string[], world?: HostOptions) => Promise<RunResult>;
}> {
  const folder = join(await temporaryDirectory(), 'keys');
  const run = (argv: readonly string[], world: HostOptions = {}): Promise<RunResult> =>
    runLumio(argv, {
      ...world,
      env: { LUMIO_API_URL: sandbox.url, LUMIO_CONFIG_DIR: folder, ...world.env },
    });
  return { folder, run };
}

const masked = 'lm_dev_****a1b2';

describe('login', () => {
  test.each([
    {
      way: '--with-token from stdin, its newline cut',
      argv: ['--with-token'],
      world: { stdin: `${sandboxKey}\n` },
      note: undefined,
    },
    {
      way: '--token, with a note that it shows',
      argv: ['--token', sandboxKey],
      world: {},
      note: 'shows in the process list',
    },
    {
      way: 'the hidden prompt',
      argv: [],
      world: {
        terminal: { columns: 80 },
        answers: [{ kind: 'secret', to: 'API key for 127.0.0.1:', answer: ` ${sandboxKey} ` }],
      },
      note: undefined,
    },
  ] as const)('$way', async ({ argv, world, note }) => {
    const { folder, run } = await machine();
    const ran = await run(['login', ...argv], world);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(masked);
    expect(ran.stdout + ran.stderr).not.toContain(sandboxKey);
    if (note === undefined) expect(ran.stderr).not.toContain('Note:');
    else expect(ran.stderr).toContain(note);
    const [file = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(folder, file), 'utf8')).toContain(sandboxKey);
    expect((await run(['whoami', '--json'])).json()).toMatchObject({
      key: masked,
      source: 'profile',
      profile: 'default',
      extensionCount: 1,
    });
  });

  test('after a key that the API refuses, another login is no advice', async () => {
    const { run } = await machine();
    const error = at(
      (
        await run(['login', '--with-token', '--json'], { stdin: 'lm_dev_wrong_wrong_wrong_wrong' })
      ).error(),
      'error',
    );
    expect(error).toMatchObject({
      status: 401,
      hint: expect.stringContaining('Copy the key again'),
    });
    expect(at(error, 'next')).toBeUndefined();
  });

  test('the document of --json', async () => {
    const { folder, run } = await machine();
    const ran = await run(['login', '--with-token', '--json'], { stdin: sandboxKey });
    expect(ran.json()).toEqual({
      profile: 'default',
      key: masked,
      apiUrl: sandbox.url,
      stored: true,
      path: expect.stringContaining(folder),
    });
    expect(ran.stderr).toBe('');
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
      title: 'two ways at once: exit 2',
      stdin: 'x',
      argv: ['--with-token', '--token', 'y'],
      exitCode: 2,
      code: 'conflicting_options',
    },
    { title: 'nobody to ask: exit 2', stdin: '', argv: [], exitCode: 2, code: 'missing_input' },
  ])('$title, and nothing is stored', async ({ stdin, argv, exitCode, code }) => {
    const { folder, run } = await machine();
    const ran = await run(['login', ...argv, '--json'], { stdin });
    expect(ran.error()).toMatchObject({ error: { code } });
    expect(ran.exitCode).toBe(exitCode);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  test.each(['LUMIO_API_KEY', 'LUMIO_TOKEN'])('says that %s hides the new key', async (name) => {
    const { run } = await machine();
    const ran = await run(['login', '--with-token'], {
      stdin: sandboxKey,
      env: { [name]: 'lm_dev_another' },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(`${name} is set and hides this key`);
  });
});

describe('which key is in force', () => {
  test.each([
    { env: {}, source: 'profile', hides: [] },
    {
      env: { LUMIO_TOKEN: sandboxKey },
      source: 'LUMIO_TOKEN',
      hides: ['the stored key of the profile "default"'],
    },
    {
      env: { LUMIO_API_KEY: sandboxKey },
      source: 'LUMIO_API_KEY',
      hides: ['the stored key of the profile "default"'],
    },
    {
      env: { LUMIO_API_KEY: sandboxKey, LUMIO_TOKEN: 'lm_dev_other' },
      source: 'LUMIO_API_KEY',
      hides: ['LUMIO_TOKEN', 'the stored key of the profile "default"'],
    },
  ])('$env: $source', async ({ env, source, hides }) => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['whoami'], { env });
    expect((await run(['whoami', '--json'], { env })).json()).toMatchObject({ source, hides });
    for (const hidden of hides) expect(ran.stderr).toContain(`hides ${hidden}`);
  });

  test.each([
    { argv: ['--profile', 'nope', 'whoami'], env: {}, says: true },
    { argv: ['extensions', 'list', '--profile', 'nope'], env: {}, says: true },
    { argv: ['whoami', '--profile', 'nope', '--quiet'], env: {}, says: false },
    { argv: ['whoami', '--profile', 'nope', '--json'], env: {}, says: false },
    { argv: ['whoami'], env: { LUMIO_PROFILE: 'nope' }, says: false },
  ])(
    'a variable beats a profile that was written: $argv $env: said is $says',
    async ({ argv, env, says }) => {
      const { run } = await machine();
      const ran = await run(argv, { env: { LUMIO_API_KEY: sandboxKey, ...env } });
      expect(ran.exitCode).toBe(0);
      expect(ran.stderr.includes('LUMIO_API_KEY is set and beats --profile nope.')).toBe(says);
    },
  );

  test('profiles stand beside each other', async () => {
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

  test('a stored key that stays here does not show the secrets of the address it was not sent to', async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['ext', 'list'], {
      env: { LUMIO_API_URL: 'https://user:canary@host.example/v1?token=canary' },
    });
    expect(ran.exitCode).toBeGreaterThan(0);
    expect(ran.stdout + ran.stderr).toContain('https://…@host.example/v1?…');
    expect(ran.stdout + ran.stderr).not.toContain('canary');
  });

  test('a wrong key in the environment is not saved by a good one in the store', async () => {
    const { run } = await machine();
    await run(['login', '--with-token'], { stdin: sandboxKey });
    const ran = await run(['whoami', '--json'], { env: { LUMIO_API_KEY: 'lm_dev_wrong' } });
    expect(ran.exitCode).toBe(4);
    expect(at(ran.error(), 'error', 'status')).toBe(401);
  });
});

describe('logout', () => {
  test('forgets the key of the profile and of no other, and says when there was none', async () => {
    const { folder, run } = await machine();
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
    expect((await run(['logout', '--profile', 'work'])).stdout).toContain(
      'Forgot the key of profile "work".',
    );
    const [file = ''] = await readdir(folder);
    expect(await readFile(join(folder, file), 'utf8')).not.toContain(sandboxKey);
  });

  test('says that a key of the environment stays in force', async () => {
    const { run } = await machine();
    expect((await run(['logout'], { env: { LUMIO_API_KEY: sandboxKey } })).stderr).toContain(
      'LUMIO_API_KEY is set and stays in force',
    );
  });
});
