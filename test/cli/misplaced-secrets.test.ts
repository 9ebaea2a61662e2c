/** A secret that is passed as the value of any option or argument is not repeated by the error. */
import { describe, expect, test } from 'vitest';
import { longFlag } from '../../src/cli/parameters.ts';
import { registry } from '../../src/commands/index.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';

const secret = 'Zx9hunter2*Qq7';

const rows = registry.commands.flatMap(({ path, args, options, passThrough }) => {
  if (passThrough === true) return [];
  // The sandbox would create a directory of this name, and start.
  const withValue = Object.values(options).filter(
    ({ flags }) => /[<[]/.test(flags) && !flags.startsWith('--data '),
  );
  const required = Object.values(args).filter(({ flags }) => flags.startsWith('<'));
  return [
    ...withValue.map(({ flags }) => [
      ...path,
      ...required.map(() => 'KEY'),
      longFlag(flags),
      secret,
    ]),
    [...path, secret],
    [...path, `KEY=${secret}`],
  ].map((argv) => ({ argv, line: argv.join(' ').replace(secret, '…') }));
});

test.each([
  ['secrets', 'set', 'KEY', '--from-file', secret],
  ['secrets', 'set', 'KEY', '--from-env', secret],
])('%s %s %s %s: not repeated as a path or name', async (...argv) => {
  const ran = await runLumio(argv, { env: { LUMIO_EXTENSION: exampleId } });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).not.toContain(secret);
});

describe('not repeated', () => {
  test.each(rows)('lumio $line', async ({ argv }) => {
    const ran = await runLumio(argv, {
      cwd: await temporaryDirectory(smallProject),
      env: { LUMIO_EXTENSION: exampleId },
    });
    expect(ran.stderr).not.toContain(secret);
  });
});
