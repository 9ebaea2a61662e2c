/**
 * Bad input fails with its exit code and a message that names the file or option, and nothing is
 * sent.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { canLink, isCaseSensitive, isWindows } from '../support/platform.ts';
import { addFiles, fixtureProject, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

interface Case {
  readonly title: string;
  /** Creates the project. @returns its directory */
  readonly make: () => Promise<string>;
  readonly options?: readonly string[];
  readonly code: string;
  /** Occurs in the message. */
  readonly culprit?: string;
  /** Only deploy asks for it. */
  readonly onlyDeploy?: true;
  /** Whether this system can have such a project. */
  readonly isPossible?: boolean;
}

const small = (): Promise<string> => temporaryDirectory(smallProject);
const withFiles = (files: Record<string, string>) => (): Promise<string> =>
  temporaryDirectory({ ...smallProject, ...files });
/** @param links path → target */
const withLinks =
  (links: Record<string, string>, files: Record<string, string> = {}) =>
  async (): Promise<string> => {
    const directory = await temporaryDirectory({ ...smallProject, ...files });
    for (const [path, target] of Object.entries(links))
      await symlink(target, join(directory, path));
    return directory;
  };
const key = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const cases: readonly Case[] = [
  {
    title: 'no built directory',
    make: () => fixtureProject('no-directory'),
    code: 'no_built_directory',
    culprit: 'dist',
  },
  {
    title: 'no such directory',
    make: small,
    options: ['build'],
    code: 'directory_not_found',
  },
  {
    title: 'an empty directory',
    make: async () => withEmptyDist(),
    code: 'directory_empty',
    culprit: 'dist',
  },
  {
    title: 'a file as directory',
    make: () => fixtureProject('file-as-directory'),
    options: ['dist'],
    code: 'not_a_directory',
    culprit: '"dist"',
  },
  {
    title: 'bad semver in the config',
    make: () => fixtureProject('bad-semver'),
    code: 'invalid_version',
    culprit: 'lumio.config.json',
  },
  {
    title: 'bad semver in the flag',
    make: small,
    options: ['-v', '1.2'],
    code: 'invalid_version',
    culprit: '"1.2"',
  },
  {
    title: 'no version anywhere',
    make: () => fixtureProject('no-version'),
    code: 'no_version',
    onlyDeploy: true,
  },
  {
    title: 'a broken lumio.config.json',
    make: () => fixtureProject('broken-config'),
    code: 'invalid_json',
    culprit: 'lumio.config.json',
  },
  {
    title: 'a list as lumio.config.json',
    make: () => fixtureProject('config-list'),
    code: 'invalid_json',
    culprit: 'lumio.config.json',
  },
  {
    title: "an ID that isn't a string",
    make: () => fixtureProject('config-wrong-type'),
    code: 'invalid_config',
    culprit: 'extensionId',
  },
  {
    title: 'a link out of the directory',
    make: withLinks({ 'dist/settings.json': '../lumio.config.json' }),
    isPossible: canLink,
    code: 'link_leaves_directory',
    culprit: 'settings.json',
  },
  {
    title: 'a link to nothing',
    make: withLinks({ 'dist/layer.js': 'nowhere.js' }),
    isPossible: canLink,
    code: 'link_dangling',
    culprit: 'layer.js',
  },
  {
    title: 'a link to its own directory',
    make: withLinks({ 'dist/again': '.' }),
    isPossible: canLink,
    code: 'link_loop',
    culprit: 'again',
  },
  {
    title: 'a circle of links',
    make: withLinks({ 'dist/a.js': 'b.js', 'dist/b.js': 'a.js' }),
    isPossible: canLink,
    code: 'link_loop',
    culprit: 'a.js',
  },
  {
    title: 'a FIFO',
    make: withFifo,
    code: 'special_file',
    culprit: 'queue',
    isPossible: !isWindows,
  },
  {
    title: 'a socket',
    make: withSocket,
    code: 'special_file',
    culprit: 'live.sock',
    isPossible: !isWindows,
  },
  {
    title: 'a .env file',
    make: () => fixtureProject('dotenv-file'),
    code: 'secret_found',
    culprit: '.env',
  },
  {
    title: 'a .env.production file',
    make: withFiles({ 'dist/.env.production': 'A=1\n' }),
    code: 'secret_found',
    culprit: '.env.production',
  },
  {
    title: 'a private key',
    make: () => fixtureProject('private-key'),
    code: 'secret_found',
    culprit: 'server/signing.pem',
  },
  {
    title: 'a private key inside a script',
    make: withFiles({ 'dist/a.js': `const k = \`${key}\`;\n` }),
    code: 'secret_found',
    culprit: 'a.js',
  },
  {
    title: 'an SSH key by its name',
    make: () => fixtureProject('ssh-key'),
    code: 'secret_found',
    culprit: 'id_rsa',
  },
  {
    title: 'a developer key',
    make: () => fixtureProject('developer-key'),
    code: 'secret_found',
    culprit: 'assets/layer.js',
  },
  {
    title: 'names that differ in case only',
    make: withFiles({ 'dist/score.js': '1', 'dist/Score.js': '2' }),
    isPossible: isCaseSensitive,
    code: 'name_clash',
    culprit: 'core.js',
  },
  {
    title: "a name that Windows can't store",
    make: withFiles({ 'dist/aux.js': '1' }),
    code: 'name_not_portable',
    culprit: 'aux.js',
  },
  {
    title: "a changelog file that isn't there",
    make: small,
    options: ['--changelog-file', 'none.md'],
    code: 'no_such_file',
    onlyDeploy: true,
  },
  {
    title: 'two changelogs',
    make: small,
    options: ['-c', 'a', '--changelog-file', 'b'],
    code: 'conflicting_options',
    culprit: '--changelog-file',
    onlyDeploy: true,
  },
  {
    title: 'two versions',
    make: small,
    options: ['-v', '1.0.0', '--bump', 'patch'],
    code: 'conflicting_options',
    culprit: '--bump',
    onlyDeploy: true,
  },
  {
    title: 'two directories',
    make: small,
    options: ['dist', '--outdir', 'build'],
    code: 'conflicting_options',
    culprit: '--outdir',
    onlyDeploy: true,
  },
  {
    title: 'an unknown flag',
    make: small,
    options: ['--breaking'],
    code: 'unknown_option',
  },
  {
    title: 'a bump of nothing known',
    make: small,
    options: ['--bump', 'huge'],
    code: 'invalid_option',
    culprit: '--bump',
    onlyDeploy: true,
  },
  {
    title: "a wait that isn't a duration",
    make: small,
    options: ['--wait', 'soon'],
    code: 'invalid_duration',
    culprit: '--wait',
    onlyDeploy: true,
  },
  {
    title: 'no extension named',
    make: () => fixtureProject('no-extension'),
    code: 'no_extension',
    onlyDeploy: true,
  },
  {
    title: 'an extension that reaches elsewhere',
    make: small,
    options: ['-e', '../x'],
    code: 'invalid_extension',
    culprit: '--extension',
    onlyDeploy: true,
  },
];

async function withEmptyDist(): Promise<string> {
  const directory = await temporaryDirectory({
    'lumio.config.json': smallProject['lumio.config.json'],
  });
  await mkdir(join(directory, 'dist'));
  return directory;
}

async function withFifo(): Promise<string> {
  const directory = await small();
  execFileSync('mkfifo', [join(directory, 'dist/queue')]);
  return directory;
}

async function withSocket(): Promise<string> {
  const directory = await small();
  const server = createServer();
  await new Promise<void>(
    (resolve) => void server.listen(join(directory, 'dist/live.sock'), resolve),
  );
  cleanUp(() => new Promise((resolve) => server.close(resolve)));
  return directory;
}

describe.each(['deploy', 'deploy --dry-run', 'pack', 'pack --list'])('%s', (command) => {
  const fitting = cases.filter(
    ({ onlyDeploy }) => onlyDeploy === undefined || command.startsWith('deploy'),
  );
  test.skip.each(fitting.filter(({ isPossible }) => isPossible === false))(
    '$title (this system has none)',
    () => undefined,
  );
  test.each(fitting.filter(({ isPossible }) => isPossible !== false))(
    '$title: exit 2',
    async ({ make, options = [], code, culprit = '' }) => {
      const sandbox = await openSandbox();
      const cwd = await make();
      const ran = await runLumio([...command.split(' '), ...options, '--json'], {
        cwd,
        env: sandbox.env,
      });
      expect(ran.error()).toMatchObject({
        error: { code, message: expect.stringContaining(culprit), status: null },
      });
      expect(ran.exitCode).toBe(2);
      expect(ran.stdout).toBe('');
      expect(sandbox.requests()).toEqual([]);
    },
  );
});

describe('before the upload', () => {
  test('without a key fails with 4, names both ways to pass one, and sends nothing', async () => {
    const sandbox = await openSandbox();
    const ran = await runLumio(['deploy', '--json'], {
      cwd: await small(),
      env: { LUMIO_API_URL: sandbox.url },
    });
    expect(ran.exitCode).toBe(4);
    expect(at(ran.error(), 'error')).toMatchObject({
      code: 'no_api_key',
      hint: expect.stringMatching(/LUMIO_API_KEY.*lumio login/),
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test('reports everything that is missing', async () => {
    const cwd = await temporaryDirectory();
    const ran = await runLumio(['deploy', '--json'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({
      error: {
        code: 'missing_input',
        status: null,
      },
      missing: [
        { code: 'no_built_directory' },
        { code: 'no_version' },
        { code: 'no_extension' },
        { code: 'no_api_key' },
      ],
    });
    const linked = await runLumio(['deploy', '-v', '1.0.0', '-e', 'x', '--json'], { cwd });
    expect(at(linked.error(), 'missing')).toMatchObject([
      { code: 'no_built_directory' },
      { code: 'no_api_key' },
    ]);
  });

  test.each([
    {
      title: 'a wrong key',
      options: [],
      env: { LUMIO_API_KEY: 'lm_dev_wrong' },
      exitCode: 4,
      error: { code: 'unauthorized', status: 401 },
      sent: [401],
    },
    {
      title: 'an unknown slug',
      options: ['-e', 'my-scorebord'],
      env: {},
      exitCode: 5,
      error: { code: 'extension_not_found', hint: expect.stringContaining('my-scoreboard') },
      sent: [200],
    },
    {
      title: 'an unknown id',
      options: ['-e', 'ext_none'],
      env: {},
      exitCode: 5,
      error: { code: 'extension_not_found', status: 404, next: 'lumio extensions list' },
      sent: [404],
    },
    {
      title: 'a version that exists',
      options: ['-v', '1.2.0'],
      env: {},
      exitCode: 6,
      error: { code: 'version_exists' },
      sent: [200],
    },
  ])('$title: exit $exitCode, and no upload', async ({ options, env, exitCode, error, sent }) => {
    const sandbox = await openSandbox();
    const ran = await runLumio(['deploy', '--json', ...options], {
      cwd: await small(),
      env: { ...sandbox.env, ...env },
    });
    expect(ran.error()).toMatchObject({ error });
    expect(ran.exitCode).toBe(exitCode);
    expect(sandbox.requests().map((line) => Number(line.split(' ')[2]))).toEqual(sent);
  });
});

describe('--allow', () => {
  test.each([
    { title: 'by path', allow: ['--allow', '.env'] },
    { title: 'by rule', allow: ['--allow', 'env-file'] },
  ])('uploads an allowed finding, $title', async ({ allow }) => {
    const sandbox = await openSandbox();
    const ran = await runLumio(['deploy', '--json', ...allow], {
      cwd: await fixtureProject('dotenv-file'),
      env: sandbox.env,
      clock: sandbox.clock,
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({ outcome: 'created', bundle: { fileCount: 2 } });
  });

  test('reports entries that matched nothing, where they are, and the nearest rule', async () => {
    const cwd = await small();
    await addFiles(cwd, { 'package.json': '{"lumio":{"allow":["google-api-key"]}}' });
    const ran = await runLumio(['pack', '--list', '--allow', 'private-key', '--allow', 'S3cr3t'], {
      cwd,
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^warning: Entry 1 of --allow \(private-key\)/m);
    expect(ran.stderr).toMatch(/^warning: Entry 2 of --allow .* help secret-scan/m);
    expect(ran.stderr).toMatch(/^warning: Entry 1 of "allow" in package\.json .* google-key\?/m);
    expect(ran.stderr).not.toContain('S3cr3t');
  });
});

describe('excluded files', () => {
  test('.git, node_modules, system files, and what .lumioignore names', async () => {
    const cwd = await fixtureProject('ignore-rules');
    await addFiles(join(cwd, 'dist'), {
      '.git/config': 'x',
      'node_modules/a/index.js': 'x',
      '.DS_Store': 'x',
      'sub/Thumbs.db': 'x',
    });
    const ran = await runLumio(['pack', '--list', '--json'], { cwd });
    const files = at(ran.json(), 'files');
    expect(Array.isArray(files) ? files.map((file) => at(file, 'path')) : []).toEqual([
      'docs/note.txt',
      'index.html',
      'maps/keep.js.map',
      'score.js',
    ]);
  });

  test.skipIf(!canLink)(
    'packs links inside the directory as the files that they point to',
    async () => {
      const links = { 'dist/latest': 'assets', 'dist/score.js': 'assets/score.js' };
      const cwd = await withLinks(links, { 'dist/assets/score.js': '1' })();
      const ran = await runLumio(['pack', '--list'], { cwd });
      expect(
        ran.stdout
          .trim()
          .split('\n')
          .map((line) => line.split('\t')[1]),
      ).toEqual(['assets/score.js', 'index.html', 'latest/score.js', 'score.js']);
    },
  );
});

test('refuses an empty directory from the command line like a detected one', async () => {
  const cwd = await temporaryDirectory();
  const ran = await runLumio(['pack', '.'], { cwd });
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expect(ran.stderr).toContain(cwd);
});
