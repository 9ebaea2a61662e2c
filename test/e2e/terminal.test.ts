/** Commands in a real terminal of 80 × 24. */
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { realClock } from '../support/clock.ts';
import { exampleId, fixtureProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';

describe.skipIf(!hasTmux)(`in a terminal${tmuxNote}`, { concurrent: true }, () => {
  test('login prompts for the key and never shows it', async () => {
    const sandbox = await openSandbox({ clock: realClock });
    const terminal = await openTerminal({
      cwd: await temporaryDirectory(),
      env: { LUMIO_API_URL: sandbox.url },
    });
    terminal.run('lumio login; echo "exit $?"');
    await terminal.waitFor(/API key/);
    terminal.type(sandboxKey);
    terminal.press('Enter');
    const screen = await terminal.waitFor(/exit \d+/);
    expect(screen).toContain('exit 0');
    expect(screen.replaceAll('\n', '')).not.toContain(sandboxKey);
    expect(screen).not.toContain('tttt');
    expect(screen).toContain('lm_dev_****a1b2');
    expect(screen).toContain('lumio init');
    expect(await terminal.isCursorVisible()).toBe(true);
  });

  test('deploy --wait shows progress, then the result', async () => {
    const sandbox = await openSandbox({
      clock: realClock,
      reviewAfterMs: 0,
      faults: [parseFault('submitVersion=slow-commit@0.5')],
    });
    const cwd = await fixtureProject('scoreboard');
    const terminal = await openTerminal({ cwd, env: sandbox.env });
    terminal.run('lumio deploy --wait; echo "exit $?"');
    await terminal.waitFor(/\d ?%/);
    const screen = await terminal.waitFor(/exit \d+/);
    expect(screen).toContain('exit 0');
    expect(screen).toMatch(/Status +✓ approved/);
    expect(screen).not.toMatch(/\d ?%/);
    expect(await terminal.colors()).toContain('\u001b[32m');
    expect(await terminal.isCursorVisible()).toBe(true);
    expect(widest(screen)).toBeLessThanOrEqual(80);
  });

  test('Ctrl-C in an upload exits with 130, reports the outcome and cleans up', async () => {
    const sandbox = await openSandbox({
      clock: realClock,
      faults: [parseFault('submitVersion=silent')],
    });
    const tmp = await temporaryDirectory();
    const terminal = await openTerminal({
      cwd: await fixtureProject('scoreboard'),
      env: { ...sandbox.env, TMPDIR: tmp },
    });
    terminal.run('lumio deploy; echo "exit $?"');
    await terminal.waitFor(/100 ?%/);
    expect(await readdir(tmp)).toHaveLength(1);
    expect(await terminal.isCursorVisible()).toBe(false);
    terminal.press('C-c');
    const screen = await terminal.waitFor(/exit \d+/);
    expect(screen).toContain('exit 130');
    expect(screen).toContain(`lumio versions list -e ${exampleId}`);
    expect(await readdir(tmp)).toEqual([]);
    expect(await terminal.isCursorVisible()).toBe(true);
    terminal.run('stty -a | grep -o " echo "');
    await terminal.waitFor(/^ ?echo ?$/m);
  });

  test('Ctrl-C at a prompt exits with 130 and restores the echo', async () => {
    const terminal = await openTerminal({
      cwd: await temporaryDirectory(),
      env: { LUMIO_API_URL: 'http://127.0.0.1:9' },
    });
    terminal.run('lumio login; echo "exit $?"');
    await terminal.waitFor(/API key/);
    terminal.press('C-c');
    expect(await terminal.waitFor(/exit \d+/)).toContain('exit 130');
    terminal.run('echo se""en');
    await terminal.waitFor(/^seen$/m);
    expect(await terminal.isCursorVisible()).toBe(true);
  });

  test.each([
    { typed: 'draft-two', exitCode: 2, left: ['my-scoreboard', 'draft-one'] },
    { typed: 'draft-one', exitCode: 0, left: ['my-scoreboard'] },
  ])(
    'extensions delete asks for the slug: "$typed" ends with $exitCode',
    async ({ typed, exitCode, left }) => {
      const sandbox = await openSandbox({ clock: realClock });
      await sandbox.call('POST', '/extensions', { name: 'Draft One' });
      const terminal = await openTerminal({ cwd: await temporaryDirectory(), env: sandbox.env });
      terminal.run('lumio extensions delete draft-one; echo "exit $?"');
      await terminal.waitFor(/^\? .*draft-one/m);
      terminal.type(typed);
      terminal.press('Enter');
      expect(await terminal.waitFor(/exit \d+/)).toContain(`exit ${exitCode}`);
      const { body } = await sandbox.call('GET', '/extensions');
      expect(JSON.stringify(body).match(/(?<="slug":")[^"]+/g)).toEqual(left);
    },
  );

  test('a list fits the screen and shows each status as a word', async () => {
    const sandbox = await openSandbox({ clock: realClock });
    const terminal = await openTerminal({ cwd: await temporaryDirectory(), env: sandbox.env });
    terminal.run(
      'lumio versions list -e my-scoreboard; lumio installs stats -e my-scoreboard; echo "exit $?"',
    );
    const screen = await terminal.waitFor(/exit \d+/);
    expect(screen).toMatch(/VERSION +STATUS/);
    expect(screen).toContain('✓ approved');
    expect(screen).toMatch(/94\.2%/);
    expect(widest(screen)).toBeLessThanOrEqual(80);
  });
});

/** Of what was printed, without the command line. */
function widest(screen: string): number {
  return Math.max(
    ...screen
      .split('\n')
      .filter((line) => !line.startsWith('$ '))
      .map((line) => line.length),
  );
}
