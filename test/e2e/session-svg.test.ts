/** The picture in the README shows what its commands print. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root } from '../conventions/pages.ts';
import { hasTmux, tmuxNote } from '../support/terminal.ts';

test.skipIf(!hasTmux)(`docs/images/session.svg is up to date${tmuxNote}`, async () => {
  const script = join(root, 'scripts/session-svg.mjs');
  const { stderr } = await execa(process.execPath, [script, '--check'], { reject: false });
  expect(stderr).toBe('');
});
