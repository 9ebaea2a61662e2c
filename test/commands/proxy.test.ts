/** A proxy's password is never printed, and masks no words of lumio. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { autoClose } from '../support/clean-up.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { type ConnectProxy, startConnectProxy } from '../support/servers/connect-proxy.ts';

async function behindProxy(
  password: string,
): Promise<{ env: Record<string, string>; proxy: ConnectProxy }> {
  const sandbox = await openSandbox();
  const proxy = autoClose(await startConnectProxy({ credentials: `user:${password}` }));
  const HTTP_PROXY = `http://user:${password}@127.0.0.1:${proxy.port}`;
  return { env: { ...sandbox.env, HTTP_PROXY }, proxy };
}

test('a password that is a word changes no JSON', async () => {
  const { env, proxy } = await behindProxy('version');
  const argv = ['versions', 'list', '-e', exampleId, '--json'];
  const ran = await runLumio(argv, { env });
  expect(proxy.tunnels).toHaveLength(1);
  const direct = await runLumio(argv, { env: { ...env, HTTP_PROXY: '' } });
  expect(ran).toMatchObject({ exitCode: 0, stdout: direct.stdout, stderr: '' });
});

test('a password that is a word changes no output of a step in GitHub Actions', async () => {
  const { env, proxy } = await behindProxy('version');
  const cwd = await temporaryDirectory(smallProject);
  const GITHUB_OUTPUT = join(cwd, 'output');
  const job = { ...env, GITHUB_OUTPUT, GITHUB_ACTIONS: 'true' };
  const ran = await runLumio(['deploy', '--json'], { env: job, cwd });
  expect(ran.exitCode).toBe(0);
  expect(proxy.tunnels).not.toEqual([]);
  expect(ran.json()).toMatchObject({ version: { version: '1.3.0' }, outcome: 'created' });
  const names = (await readFile(GITHUB_OUTPUT, 'utf8')).match(/^.+(?=<<)/gm);
  expect(names).toEqual(['version-id', 'version', 'status', 'outcome', 'sha256']);
});

test("a password that the proxy refuses isn't printed", async () => {
  const { env, proxy } = await behindProxy('qzjw-9!');
  const wrong = { ...env, HTTP_PROXY: `http://user:xkvbq-7@127.0.0.1:${proxy.port}` };
  const ran = await runLumio(['extensions', 'list', '--verbose'], { env: wrong });
  expect(ran.exitCode).toBe(10);
  expect(proxy.refusals()).toBe(1);
  expect(ran.stdout + ran.stderr).not.toContain('xkvbq');
});

test.each([
  ['extensions', 'list', '--verbose'],
  ['extensions', 'list', '--json'],
  ['doctor'],
  ['doctor', '--json'],
  ['deploy', '--verbose'],
  ['login', '--with-token'],
])('no part of a password with a # is printed: lumio %s %s', async (...argv) => {
  const { env } = await openSandbox();
  const HTTP_PROXY = 'http://u:wqj@qzj#xkv@proxy.invalid:3128';
  const cwd = await temporaryDirectory(smallProject);
  const options = { env: { ...env, HTTP_PROXY }, cwd, stdin: env['LUMIO_API_KEY'] ?? '' };
  const ran = await runLumio(argv, options);
  expect(ran.exitCode).toBe(2);
  for (const part of ['wqj', 'qzj', 'xkv']) expect(ran.stdout + ran.stderr).not.toContain(part);
});
