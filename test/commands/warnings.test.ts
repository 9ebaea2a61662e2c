/** Commands warn about unknown keys that resemble known ones. */
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const misspelt = {
  ...smallProject,
  'lumio.config.json': `{"extensionid":"${exampleId}"}`,
  'package.json': '{"name":"scores","version":"1.3.0","lumio":{"outdir":"dist"}}',
};
const suggestions = ['"extensionId"', '"outDir"'];

describe.each(['status', 'deploy', 'deploy --dry-run', 'secrets list', 'installs stats'])(
  'lumio %s',
  (line) => {
    test('warns before it fails for the missing extension', async () => {
      const { env } = await openSandbox();
      const ran = await runLumio(line.split(' '), { env, cwd: await temporaryDirectory(misspelt) });
      expect(ran.exitCode).toBe(2);
      expect(ran.stderr.match(/^warning: .*"extensionId"/gm)).toHaveLength(1);
      expect(ran.stderr.indexOf('warning:')).toBeLessThan(ran.stderr.indexOf('error:'));
    });
  },
);

test('warns once about a key of package.json', async () => {
  const { env } = await openSandbox();
  const ran = await runLumio(['deploy', '-e', exampleId], {
    env,
    cwd: await temporaryDirectory(misspelt),
  });
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr.match(/^warning: .*"outDir"/gm)).toHaveLength(1);
});

test('lumio doctor reports both as checks', async () => {
  const { env } = await openSandbox();
  const ran = await runLumio(['doctor', '--json'], {
    env,
    cwd: await temporaryDirectory(misspelt),
  });
  const found = JSON.stringify(at(ran.json(), 'checks'));
  for (const suggestion of suggestions)
    expect(found).toContain(JSON.stringify(suggestion).slice(1, -1));
  expect(ran.stderr).toBe('');
});
