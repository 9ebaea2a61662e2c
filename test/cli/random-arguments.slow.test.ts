/** Random command lines with a secret in them, through the whole program. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { globalOptions } from '../../src/cli/global-options.ts';
import { spellingsOf } from '../../src/cli/parameters.ts';
import { registry } from '../../src/commands/index.ts';
import { runLumio } from '../support/host.ts';
import { smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

/** Of characters that make no word. */
const anySecret = fc.string({
  unit: fc.constantFrom(...Array.from('QXZJKVWqxzjkvw0123456789_=+/-')),
  minLength: 8,
  maxLength: 24,
});

/** `sandbox` keeps running, or starts programs. */
const commands = registry.commands.filter(({ path }) => path[0] !== 'sandbox');
const words = [
  ...commands.flatMap(({ path, options }) => [
    ...path,
    ...Object.values(options).flatMap(spellingsOf),
  ]),
  ...Object.values(globalOptions).flatMap(spellingsOf),
].filter((word) => word !== 'sandbox');

/** Ways to put a secret on a command line, next to a known word. */
const shapes: readonly ((secret: string, word: string) => string[])[] = [
  (secret) => [secret],
  (secret) => [`-${secret}`],
  (secret) => [`--${secret}`],
  (secret, word) => [`${word}=${secret}`],
  (secret, word) => [`${word}${secret}`],
  (secret, word) => [word, secret],
  (secret, word) => [`${word}=first line\n${secret}`],
  (secret) => [`first line\n${secret}`],
  (secret) => [`--first\n${secret}`],
  (secret) => [`-x=${secret}`],
  (secret) => ['--', secret],
  (secret) => [`https://user:${secret}@host.invalid/`],
  (secret) => [`{"value": "${secret}"`],
];

const line = fc.record({
  secret: anySecret,
  path: fc.constantFrom(...commands.map(({ path }) => path)),
  others: fc.array(fc.constantFrom(...words), { maxLength: 3 }),
  shape: fc.constantFrom(...shapes),
  word: fc.constantFrom(...words),
  position: fc.nat({ max: 4 }),
});

/** Names of secrets and profiles, and the paths of written files, are printed. */
function isPrinted(secret: string, argv: readonly string[]): boolean {
  if (argv.some((word) => /^(?:--output|-o)/.test(word))) return true;
  const isArgument = argv.some((word) => word.includes(secret) && /^[^-\n][^\n]*$/.test(word));
  return isArgument && argv.some((word) => /^(?:secrets?|env|--profile)$/.test(word));
}

/** Shorter parts occur by chance. */
const tellingLength = 6;

test('no usage error repeats a part of a secret, for any arguments', async () => {
  const { env, clock } = await openSandbox();
  const cwd = await temporaryDirectory(smallProject);
  let usageErrors = 0;
  await fc.assert(
    fc.asyncProperty(line, async ({ secret, path, others, shape, word, position }) => {
      const rest = [...(position === 4 ? [] : path), ...others];
      const argv = rest.toSpliced(Math.min(position, rest.length), 0, ...shape(secret, word));
      // A prompt without an answer would fail the test.
      const ran = await runLumio(argv, { env: { ...env, CI: '1' }, cwd, clock });
      if (ran.exitCode !== 2 || isPrinted(secret, argv)) return;
      usageErrors += 1;
      const shown = ran.stdout + ran.stderr;
      const parts = Array.from({ length: secret.length - tellingLength + 1 }, (_, at) =>
        secret.slice(at, at + tellingLength),
      );
      expect(parts.filter((part) => shown.includes(part))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  expect(usageErrors).toBeGreaterThan(300);
});
