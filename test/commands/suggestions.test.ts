/** Did-you-mean for commands and flags. */
import { expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';

test.each([
  { argv: ['deplyo'], message: 'lumio has no command "deplyo".', hint: 'Did you mean deploy?', next: 'lumio --help' },
  { argv: ['versions', 'lst'], message: 'lumio versions has no command "lst".', hint: 'Did you mean list? It has: list, get, wait.', next: 'lumio versions --help' },
  { argv: ['--profile', 'versions', 'versions', 'lst'], message: 'lumio versions has no command "lst".', hint: 'Did you mean list?', next: 'lumio versions --help' },
  { argv: ['versions'], message: 'lumio versions needs one of: list, get, wait.', hint: undefined, next: 'lumio versions --help' },
  { argv: ['--quiet'], message: 'No command was given.', hint: undefined, next: 'lumio --help' },
  { argv: ['deploy', '--dry-rn'], message: 'Unknown option "--dry-rn".', hint: 'Did you mean --dry-run?', next: 'lumio deploy --help' },
  { argv: ['whoami', '--profil', 'x'], message: 'Unknown option "--profil".', hint: 'Did you mean --profile?', next: 'lumio whoami --help' },
  { argv: ['zzzzzz'], message: 'lumio has no command "zzzzzz".', hint: undefined, next: 'lumio --help' },
])('lumio $argv', async ({ argv, message, hint, next }) => {
  const ran = await runLumio([...argv, '--json']);
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toBe('');
  const error = at(ran.error(), 'error');
  expect(error).toMatchObject({ message, next });
  if (hint === undefined) expect(error).not.toHaveProperty('hint');
  else expect(error).toHaveProperty('hint', expect.stringContaining(hint));
});
