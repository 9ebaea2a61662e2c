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

test.each([
  ['deploy', 'lumio.config.json', '{"Version":"1.3.0"}', '"version"'],
  ['deploy --dry-run', 'lumio.config.json', '{"Version":"1.3.0"}', '"version"'],
  ['deploy', 'package.json', '{"version":"1.3.0","lumio":{"outdir":"build"}}', '"outDir"'],
  ['pack', 'package.json', '{"version":"1.3.0","lumio":{"outdir":"build"}}', '"outDir"'],
  ['pack', 'lumio.config.json', '{"outdir":"build"}', '"outDir"'],
  ['deploy a b', 'a/package.json', '{"version":"1.3.0","lumio":{"outdir":"build"}}', '"outDir"'],
])('lumio %s warns about a key of %s before it fails', async (line, file, content, key) => {
  const files = { 'a/lumio.config.json': '{"extensionId":"ext_a"}', 'b/lumio.config.json': '{}' };
  const cwd = await temporaryDirectory({ ...files, [file]: content });
  const env = { LUMIO_API_KEY: 'lm_dev_0123456789abcdef' };
  const { stderr } = await runLumio(line.split(' '), { cwd, env });
  expect(stderr.match(/^ *warning: /gm)).toHaveLength(1);
  expect(stderr.slice(stderr.indexOf('warning:'), stderr.indexOf('error:'))).toContain(key);
});
