/** The generated pages in docs/ are up to date. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hasTmux } from '../support/terminal.ts';
import { root } from './pages.ts';

/** Compressed sizes differ between versions of Node.js. */
const isOldestNode = process.versions.node.startsWith('20.');
const reason =
  hasTmux && isOldestNode ? '' : ' (skipped: needs tmux and Node.js 20, which made the pages)';

test.skipIf(reason !== '')(
  `the generated pages match the commands${reason}`,
  { timeout: 600_000 },
  async () => {
    const script = join(root, 'scripts/docs.mjs');
    const { stderr, exitCode } = await execa(process.execPath, [script, '--check'], {
      reject: false,
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  },
);
