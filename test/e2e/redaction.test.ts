/** Redaction never changes JSON keys, codes, names, IDs and lumio's own words. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

test.each(['error', 'code', 'not_found', 'message', 'retryAfterSeconds', 'hint'])(
  'an error document stays readable when the secret is "%s"',
  async (value) => {
    const { env } = await openSandbox();
    const argv = ['secrets', 'set', 'LOG_LEVEL', value, '-e', 'ext_unknown', '--json'];
    const ran = await runLumio(argv, { env });
    expect(ran.exitCode).toBe(5);
    expect(ran.error()).toMatchObject({
      error: { code: expect.stringMatching(/^\w+$/), status: 404, message: expect.anything() },
    });
    expect(ran.stderr).not.toContain('***');
  },
);

test('an import reports names and ids that are also values', async () => {
  const { env } = await openSandbox();
  const cwd = await temporaryDirectory();
  const lines = [
    'TOKEN=TOKEN',
    `EXT=${exampleId}`,
    'A=add',
    'B=done',
    'C=1.2.3',
    `D=${exampleId.slice(4)}`,
  ];
  await writeFile(join(cwd, '.env'), lines.join('\n'));
  for (const mode of [['--json'], []]) {
    const argv = ['secrets', 'import', '.env', '-e', exampleId, ...mode];
    const ran = await runLumio(argv, { env, cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain('***');
  }
});
