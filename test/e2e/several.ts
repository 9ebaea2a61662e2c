/** A repository of two extensions, deployed in one go to a sandbox that has both. */
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

export const page = '<!doctype html>';
export const config = (extensionId: string | undefined, version = '1.0.0'): string =>
  JSON.stringify({ ...(extensionId === undefined ? {} : { extensionId }), version });
export const repository = {
  'packages/one/lumio.config.json': config('my-scoreboard', '1.3.0'),
  'packages/one/dist/index.html': page,
  'packages/one/CHANGELOG.md': '## 1.3.0\n\nFrom the file of one.\n',
  'packages/two/lumio.config.json': config('two', '0.4.0'),
  'packages/two/.lumio-dist/index.html': page,
};
export const all = ['packages/one', 'packages/two'];

/** Runs with a sandbox that has the extensions `my-scoreboard` and `two`. */
export async function deployAll(
  argv: readonly string[],
  hostOptions: HostOptions & {
    sandbox?: Partial<SandboxOptions>;
    files?: Record<string, string>;
  } = {},
): Promise<RunResult & { sandbox: TestSandbox; versions: readonly string[] }> {
  const sandbox = await openSandbox(hostOptions.sandbox);
  const made = await sandbox.call('POST', '/extensions', { name: 'Two' });
  const cwd = await temporaryDirectory({ ...repository, ...hostOptions.files });
  const ran = await runLumio(['deploy', ...argv], {
    ...hostOptions,
    cwd,
    env: { ...sandbox.env, ...hostOptions.env },
    clock: sandbox.clock,
  });
  const versions: string[] = [];
  for (const id of [exampleId, String(at(made.body, 'extension', 'id'))]) {
    const listed = at((await sandbox.call('GET', `/extensions/${id}/versions`)).body, 'versions');
    if (Array.isArray(listed))
      versions.push(
        ...listed.map(
          (version) => `${id === exampleId ? 'one' : 'two'} ${String(at(version, 'version'))}`,
        ),
      );
  }
  return { ...ran, sandbox, versions };
}
