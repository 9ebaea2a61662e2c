/**
 * Secrets that are pasted at a prompt: what is stored. Neither the screen nor the shell receives a
 * line of them.
 */
import { describe, expect, test } from 'vitest';
import { openSecretSandbox } from '../commands/stored-secrets.ts';
import { realClock } from '../support/clock.ts';
import { temporaryDirectory } from '../support/project.ts';
import { sandboxKey } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';

/** Each line would also be seen as a command that the shell doesn't find. */
const pem = '-----BEGIN X-----\nMIIE-pasted\nxx-pasted\n-----END X-----\n';
const long = Array.from(
  { length: 80 },
  (_, index) => `line-${index}-${'pasted'.repeat(10)}\n`,
).join('');
interface Way {
  readonly marks: 'marked' | 'unmarked';
  readonly term: string;
}
const ways: readonly Way[] = [
  { marks: 'marked', term: 'xterm-256color' },
  { marks: 'unmarked', term: 'xterm-256color' },
  { marks: 'unmarked', term: 'dumb' },
];

/**
 * Pastes at the question of a command; the shell has read all that is left for it once it has run
 * one more.
 */
async function paste(command: string, text: string, { marks, term }: Way) {
  const sandbox = await openSecretSandbox({ clock: realClock });
  const terminal = await openTerminal({
    cwd: await temporaryDirectory(),
    env: { ...sandbox.env, TERM: term },
  });
  terminal.run(`${command}; echo "exit $?"`);
  await terminal.waitFor(/^\? .*:(?: \[hidden\])?$/m);
  terminal.paste(text, marks);
  await terminal.waitFor(/^exit \d+$/m);
  terminal.run('echo en""d');
  const screen = await terminal.waitFor(/^end$/m);
  return {
    screen,
    folded: screen.replaceAll(/\s+/g, ' '),
    stored: (await sandbox.stored())['PASTED'],
    requests: sandbox.requests(),
  };
}

describe.skipIf(!hasTmux).each(ways)(
  `pasted, $marks, TERM=$term${tmuxNote}`,
  { concurrent: true },
  (way) => {
    test.each([
      ['a key file', pem],
      ['its Windows line ends', pem.replaceAll('\n', '\r\n')],
      ['more than a terminal buffers', long],
    ])('refuses several lines: %s', async (_what, text) => {
      const { screen, folded, stored, requests } = await paste(
        'lumio secrets set PASTED',
        text,
        way,
      );
      expect(screen).toMatch(/^exit 2$/m);
      expect(folded).toMatch(/Nothing was stored.*--from-file/);
      expect(screen).not.toMatch(/BEGIN|MIIE|pasted|xx-|END|line-\d|not found|200~|201~/);
      expect(stored).toBeUndefined();
      expect(requests.filter((request) => request.startsWith('PUT'))).toEqual([]);
    });

    test.each([
      ['with its line end', 'sk_"live"\tü pasted\n'],
      ['with blank lines behind it', 'sk_"live"\tü pasted\n\n\n'],
      ['with Windows line ends', 'sk_"live"\tü pasted\r\n\r\n'],
    ])('stores one line byte for byte: %s', async (_what, text) => {
      const { screen, stored } = await paste('lumio secrets set PASTED', text, way);
      expect(screen).toMatch(/^exit 0$/m);
      expect(stored).toBe('sk_"live"\tü pasted');
      expect(screen).not.toMatch(/live|200~|201~/);
    });

    test('login refuses several lines', async () => {
      const { screen, folded } = await paste('lumio login', `${sandboxKey}\nnext-pasted\n`, way);
      expect(screen).toMatch(/^exit 2$/m);
      expect(folded).toMatch(/Nothing was stored.*--with-token/);
      expect(screen).not.toMatch(/tttt|pasted|not found/);
    });
  },
);

describe.skipIf(!hasTmux)(`the prompt for a secret${tmuxNote}`, { concurrent: true }, () => {
  test.each([
    { key: 'C-c', exitCode: 130 },
    { key: 'C-d', exitCode: 130 },
    { key: 'Enter', exitCode: 2 },
  ])('after $key the terminal echoes again, without bracketed paste', async ({ key, exitCode }) => {
    const { env } = await openSecretSandbox({ clock: realClock });
    const terminal = await openTerminal({ cwd: await temporaryDirectory(), env });
    terminal.run('lumio secrets set PASTED; echo "exit $?"');
    await terminal.waitFor(/^\? .*\[hidden\]$/m);
    terminal.press(key);
    expect(await terminal.waitFor(/^exit \d+$/m)).toContain(`exit ${exitCode}`);
    terminal.paste('echo se""en\n', 'marked');
    expect(await terminal.waitFor(/^seen$/m)).toMatch(/^\$ echo se""en$/m);
  });

  test('Ctrl-Z restores the terminal, and fg continues with the typed text', async () => {
    const { env, stored } = await openSecretSandbox({ clock: realClock });
    const terminal = await openTerminal({ cwd: await temporaryDirectory(), env });
    terminal.run('lumio secrets set PASTED');
    await terminal.waitFor(/^\? .*\[hidden\]$/m);
    terminal.type('one-');
    terminal.press('C-z');
    await terminal.waitFor(/Stopped/);
    terminal.paste('echo se""en\n', 'marked');
    await terminal.waitFor(/^seen$/m);
    terminal.run('fg; echo "exit $?"');
    await terminal.waitFor(/^lumio secrets set PASTED$/m);
    // The first key draws the question again.
    terminal.type('li');
    await terminal.waitFor(/seen[^]*\[hidden\]$/m);
    terminal.paste('ne\n', 'marked');
    expect(await terminal.waitFor(/^exit \d+$/m)).toContain('exit 0');
    expect((await stored())['PASTED']).toBe('one-line');
  });
});
