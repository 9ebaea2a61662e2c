/** Cancelled prompts in a real terminal end with 130. */
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';
import { sessionIn } from './screens.ts';

describe.skipIf(!hasTmux)(`a cancelled prompt${tmuxNote}`, { concurrent: true }, () => {
  test.each([
    ['a confirmation', 'lumio secrets delete API_KEY -e my-scoreboard'],
    ['a list', 'lumio init'],
    ['a text', 'lumio extensions create'],
    ['a hidden text', 'lumio login'],
    ['a hidden text on a dumb terminal', 'TERM=dumb lumio login'],
  ])('of %s, by Ctrl-D and by Ctrl-C', async (_what, commandLine) => {
    const sandbox = await openSandbox();
    for (const key of ['C-d', 'C-c']) {
      const session = sessionIn(
        await openTerminal({ cwd: await temporaryDirectory(), env: sandbox.env }),
      );
      session.start(commandLine);
      await session.terminal.waitFor(/^\? .*[:?]/m);
      session.terminal.press(key);
      const shown = await session.ended();
      expect(shown).toMatch(/Nothing was changed\.\n\[130\]/);
      expect(await session.terminal.isCursorVisible()).toBe(true);
    }
  });
});
