/** An empty path, as from an unset variable, is refused: it would be the working directory. */
import { expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

test.each([
  ['pack -o', '--output'],
  ['pack --list --output', '--output'],
  ['deploy --changelog-file', '--changelog-file'],
  ['extensions create --name N --description-file', '--description-file'],
  ['extensions update --input', '--input'],
  ['api -X PATCH extensions/x --input', '--input'],
  ['secrets set KEY --from-file', '--from-file'],
  ['secrets import', '[file]'],
  ['sandbox start --port 0 --seed', '--seed'],
])('lumio %s "": exit 2, and nothing is sent', async (words, named) => {
  const { env, requests } = await openSandbox();
  const ran = await runLumio([...words.split(' '), '', '--json'], {
    cwd: await temporaryDirectory(smallProject),
    env: { ...env, LUMIO_EXTENSION: exampleId },
  });
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expect(ran.error()).toMatchObject({
    error: {
      code: 'invalid_option',
      message: expect.stringContaining(named),
    },
  });
  expect(requests()).toEqual([]);
});
