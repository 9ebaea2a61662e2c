/** A secret that is passed as the value of any option or argument isn't repeated by the error. */
import { describe, expect, test } from 'vitest';
import { longFlag } from '../../src/cli/parameters.ts';
import { registry } from '../../src/commands/index.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';

const secret = 'Zx9hunter2*Qq7';
/** Valid as the name of a profile or a variable. */
const secretWord = 'Zx9hunter2Qq7';
const apiKey = `lm_dev_${'s'.repeat(53)}k3y1`;

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

describe.each(['--profile', '--api-url', '--extension'])('%s', (option) => {
  const variable = `LUMIO_${option.slice(2).replace('-', '_').toUpperCase()}`;
  const cases = [secretWord, apiKey].flatMap((value) => [
    { argv: [option, value], env: {} },
    { argv: [], env: { [variable]: value } },
  ]);

  test.each(
    ['doctor', 'deploy', 'versions list'].flatMap((command) =>
      cases.map((passed) => ({ command, ...passed, from: passed.argv[0] ?? variable })),
    ),
  )("lumio $command doesn't print a secret in $from", async ({ command, argv, env }) => {
    const cwd = await temporaryDirectory(smallProject);
    for (const json of [[], ['--json']]) {
      const words = [...command.split(' '), ...argv, ...json, '--max-wait', '0'];
      const ran = await runLumio(words, {
        cwd,
        env: { LUMIO_API_URL: 'http://127.0.0.1:9/developer/v1', ...env },
      });
      expect(ran.exitCode).toBeGreaterThan(0);
      for (const value of [secretWord, apiKey])
        expect(ran.stdout + ran.stderr).not.toContain(value);
    }
  });
});

test.each([
  ['secrets', 'set', 'KEY', '--from-file', secret],
  ['secrets', 'set', 'KEY', '--from-env', secret],
])('%s %s %s %s: not repeated as a path or name', async (...argv) => {
  const ran = await runLumio(argv, { env: { LUMIO_EXTENSION: exampleId } });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).not.toContain(secret);
});

test.each([
  { argv: ['sandbox', 'exec', '--', secret], env: {} },
  { argv: ['sandbox', 'exec', '--', `TOKEN=${secret}`, 'npm', 'test'], env: {} },
  { argv: ['whoami', '--api-url', `user:${secret}`], env: { LUMIO_API_KEY: apiKey } },
  { argv: ['whoami', '--api-url', `http://${secretWord}/`], env: { LUMIO_API_KEY: apiKey } },
  { argv: ['pack', '--list'], env: { SOURCE_DATE_EPOCH: secret } },
])('$argv: not repeated, not even with --verbose', async ({ argv, env }) => {
  const cwd = await temporaryDirectory(smallProject);
  const ran = await runLumio(['--verbose', ...argv], { cwd, env });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr.toLowerCase()).not.toContain('hunter2');
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
