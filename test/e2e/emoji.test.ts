/** The build replaces parts of string-width, so the built binary has to align emoji too. */
import { execa } from 'execa';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { isInstalled } from '../support/programs.ts';
import { openSandbox } from '../support/sandbox.ts';

const names = 'Plain|👍🏽 Skin|🇩🇪 Flag|1️⃣ Keycap|👩‍💻 Joined|❤️ Heart|é 計'.split('|');
// script(1) of macOS has other options.
const hasScript = process.platform === 'linux' && isInstalled('script');

test.skipIf(!hasScript)(
  `a table with emoji is aligned${hasScript ? '' : ' (skipped: script is not installed)'}`,
  async () => {
    const sandbox = await openSandbox();
    for (const name of names) await sandbox.call('POST', '/extensions', { name });
    const line = `stty cols 160 && exec '${node}' '${binary}' extensions list`;
    const { stdout } = await execa('script', ['-qec', line, '/dev/null'], {
      env: { ...(await cleanEnvironment()), ...sandbox.env, NO_COLOR: '1' },
      extendEnv: false,
      stdin: 'ignore',
    });
    const rows = stdout.split('\r\n').filter((row) => row.includes('ext_'));
    expect(rows.length).toBeGreaterThan(names.length);
    const columns = rows.map((row) => stringWidth(row.slice(0, row.indexOf('ext_'))));
    expect(new Set(columns).size).toBe(1);
  },
);
