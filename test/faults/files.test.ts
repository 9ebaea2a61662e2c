/** Damaged and unusual files are read, or refused by name, by the commands that use them. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { binary, cleanEnvironment, lumio, node } from '../support/lumio.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const config = JSON.stringify({ extensionId: exampleId, version: '1.3.0', description: 'x' });
const texts: Readonly<Record<string, string>> = {
  'lumio.config.json': config,
  'package.json': '{"name":"small","version":"1.3.0"}',
  'CHANGELOG.md': '# Changelog\n\n## 1.3.0\n\n- Something.\n',
  '.env': 'TOKEN=a value\nOTHER="two\\nlines"\n',
};

/** What is done to a good file. */
const harms: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  unchanged: (text) => text,
  empty: () => '',
  'whitespace only': () => ' \n\t\n',
  'with a byte order mark': (text) => `\uFEFF${text}`,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with lone CR': (text) => text.replaceAll('\n', '\r'),
  'with NUL': (text) => `${text}\u0000`,
  'NUL within': (text) => text.replace('1.3.0', '1.3.0\u0000'),
  'not UTF-8': (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe])]),
  'in UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  huge: (text) => text + ' '.repeat(80_000_000),
  'one huge line': (text) => `${text}\n#${'x'.repeat(3_000_000)}`,
  deep: () => '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000),
  'deep list': () => '['.repeat(200_000),
  'with __proto__': (text) =>
    text.replace(
      '{',
      '{"__proto__":{"extensionId":"ext_evil","version":"6.6.6"},"constructor":{"prototype":{}},',
    ),
  'a list': () => '[1]',
  'a number': () => '1e999',
  'of the wrong types': () => '{"extensionId":{"a":1},"version":[],"name":7}',
  'with an endless version': () =>
    `{"extensionId":"${exampleId}","version":"1.${'9'.repeat(100_000)}.0"}`,
  'the same key a thousand times': (text) => `${'A=1\n'.repeat(100_000)}${text}`,
};

const places = ['directory', 'FIFO', 'loop of links', 'link to nothing', 'device'] as const;

async function put(path: string, what: (typeof places)[number]): Promise<void> {
  await rm(path, { force: true });
  if (what === 'directory') await mkdir(path);
  else if (what === 'FIFO') execFileSync('mkfifo', [path]);
  else
    await symlink(
      { 'loop of links': path, 'link to nothing': `${path}.missing`, device: '/dev/zero' }[what],
      path,
    );
}

async function check(name: string, change: (path: string) => Promise<void>): Promise<void> {
  const sandbox = await openSandbox();
  const cwd = await temporaryDirectory({ ...smallProject, ...texts });
  await change(join(cwd, name));
  const argv =
    name === '.env'
      ? ['secrets', 'import', '.env', '-e', exampleId]
      : ['deploy', ...(name === 'lumio.config.json' ? [] : ['-e', exampleId])];
  const ran = await runLumio([...argv, '--json'], { cwd, env: sandbox.env, clock: sandbox.clock });
  expect([0, 2, 7], ran.stderr).toContain(ran.exitCode);
  // A changelog of any length is the server's to refuse.
  if (ran.exitCode === 0 || (ran.exitCode === 7 && name === 'CHANGELOG.md')) return;
  expect(sandbox.requests()).toEqual([]);
  expect(ran.stderr.length, ran.stderr.slice(0, 500)).toBeLessThan(3000);
  // A path that doesn't exist may be a misplaced secret, so the error doesn't repeat it.
  if (at(ran.error(), 'error', 'code') === 'no_such_file') return;
  const error = at(ran.error(), 'error');
  const text = `${String(at(error, 'message'))} ${String(at(error, 'hint'))}`;
  expect(text).toMatch(new RegExp(`${name.replace('.', '\\.')}|version|extension`));
}

describe.each(Object.keys(texts))('%s', (name) => {
  test.each(Object.entries(harms))('%s', (_harm, harm) =>
    check(name, (path) => writeFile(path, harm(texts[name] ?? ''))),
  );
  // The file of an import may be a pipe, as in `secrets import <(command)`.
  test.each(places.filter((place) => place !== 'FIFO' || name !== '.env'))('a %s', (place) =>
    check(name, (path) => put(path, place)),
  );
});

describe('a pipe in place of .env', () => {
  async function importing(): Promise<{ path: string; child: ReturnType<typeof start> }> {
    const { env } = await openSandbox();
    const path = join(await temporaryDirectory(), 'pipe');
    await put(path, 'FIFO');
    return {
      path,
      child: start(['secrets', 'import', path, '-e', exampleId], {
        ...(await cleanEnvironment()),
        ...env,
      }),
    };
  }
  const start = (argv: readonly string[], env: Record<string, string>) =>
    execa(node, [binary, ...argv], { env, extendEnv: false, reject: false, stdin: 'ignore' });

  test('is read to its end', async () => {
    const { path, child } = await importing();
    await writeFile(path, texts['.env'] ?? '');
    expect(await child).toMatchObject({ exitCode: 0 });
  });

  test('stops waiting for a writer at Ctrl-C', async () => {
    const { child } = await importing();
    // The wait isn't visible from outside; an earlier signal would end the command as well.
    await new Promise((resolve) => void setTimeout(resolve, 700));
    child.kill('SIGINT');
    expect(await child).toMatchObject({ exitCode: 130 });
  });
});

describe('the file of stored keys', () => {
  const key = (index: number): string => `lm_dev_${String(index).padStart(57, 'k')}`;

  test('stores the keys of ten concurrent logins, readable by the owner only', async () => {
    const sandboxes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => openSandbox({ apiKey: key(index) })),
    );
    const directory = await temporaryDirectory();
    const ended = await Promise.all(
      sandboxes.map(({ url }, index) =>
        lumio(['login', '--with-token', '--profile', `p${index}`, '--json'], {
          env: { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: directory },
          input: key(index),
        }),
      ),
    );
    expect(ended.map(({ exitCode, stderr }) => `${exitCode}${stderr}`)).toEqual(
      sandboxes.map(() => '0'),
    );
    const path = String(at(ended[0]?.json(), 'path'));
    const stored: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(sandboxes.map((_, index) => at(stored, 'profiles', `p${index}`, 'apiKey'))).toEqual(
      sandboxes.map((_, index) => key(index)),
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('refuses a damaged one by name, and leaves it unchanged', async () => {
    const { url, apiKey } = await openSandbox();
    const directory = await temporaryDirectory();
    const env = { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: directory };
    const path = String(
      at((await lumio(['login', '--with-token', '--json'], { env, input: apiKey })).json(), 'path'),
    );
    await writeFile(path, '{"profiles": {"default": ');
    for (const argv of [
      ['login', '--with-token'],
      ['whoami'],
      ['logout'],
      ['extensions', 'list'],
    ]) {
      expect(await lumio(argv, { env, input: apiKey }), argv.join(' ')).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(path),
      });
    }
    expect(await readFile(path, 'utf8')).toBe('{"profiles": {"default": ');
  });

  test("reports that it can't be written", async () => {
    const { url, apiKey } = await openSandbox();
    const directory = await temporaryDirectory({ file: '' });
    const ended = await lumio(['login', '--with-token'], {
      env: { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: join(directory, 'file') },
      input: apiKey,
    });
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(join(directory, 'file')),
    });
    // Not even root can create a directory in /sys.
    const readOnly = await lumio(['login', '--with-token'], {
      env: { LUMIO_API_URL: url, LUMIO_CONFIG_DIR: '/sys/lumio' },
      input: apiKey,
    });
    expect(readOnly).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('/sys/lumio'),
    });
  });
});
