/** The built binary on a pseudo-terminal, as a user sees it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { isInstalled } from '../support/programs.ts';
import { smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

// script(1) of macOS has other options.
const hasScript = process.platform === 'linux' && isInstalled('script');
const skipped = hasScript ? '' : " (skipped: script isn't installed)";

/** A shell line on a pseudo-terminal; `L` is lumio. */
async function onTerminal(
  line: string,
  { columns, env, cwd }: { columns: number; env?: Readonly<Record<string, string>>; cwd?: string },
) {
  const child = execa(
    'script',
    ['-qec', `stty cols ${columns}; L() { '${node}' '${binary}' "$@"; }; ${line}`, '/dev/null'],
    {
      env: { ...(await cleanEnvironment()), NO_COLOR: '1', ...env },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      // Endless output would fill the memory.
      maxBuffer: 1_000_000,
      ...(cwd === undefined ? {} : { cwd }),
    },
  );
  return { child, lines: async () => (await child).stdout.split('\r\n') };
}

// The build replaces parts of string-width.
const names = 'Plain|👍🏽 Skin|🇩🇪 Flag|1️⃣ Keycap|👩‍💻 Joined|❤️ Heart|é 計'.split('|');

test.skipIf(!hasScript)(`a table with emoji is aligned${skipped}`, async () => {
  const sandbox = await openSandbox();
  for (const name of names) await sandbox.call('POST', '/extensions', { name });
  const { lines } = await onTerminal('L extensions list', { columns: 160, env: sandbox.env });
  const rows = (await lines()).filter((row) => row.includes('ext_'));
  expect(rows.length).toBeGreaterThan(names.length);
  const columns = rows.map((row) => stringWidth(row.slice(0, row.indexOf('ext_'))));
  expect(new Set(columns).size).toBe(1);
});

describe.skipIf(!hasScript)(`0 columns are unknown, so lumio assumes 80${skipped}`, () => {
  const zero = { columns: 0 } as const;

  test('pack --list prints its table once', async () => {
    const cwd = await temporaryDirectory({
      'dist/index.html': 'page',
      [`dist/${'long-'.repeat(10)}name.js`]: '',
    });
    const { child, lines } = await onTerminal('L pack --list', { ...zero, cwd });
    const shown = await lines();
    expect((await child).exitCode).toBe(0);
    expect(shown).toContain(` 0 B  ${'long-'.repeat(10)}name.js`);
    expect(shown.filter((line) => line.endsWith('index.html'))).toHaveLength(1);
    expect((await child).stdout.length).toBeLessThan(4000);
  });

  test('help has lines of several words', async () => {
    const { lines } = await onTerminal('L --help', zero);
    const widest = Math.max(...(await lines()).map((line) => line.length));
    expect(widest).toBeGreaterThan(60);
    expect(widest).toBeLessThanOrEqual(80);
  });

  test('SIGTERM ends a wait, whose output is short', async () => {
    const { env } = await openSandbox({ reviewMode: 'never' });
    const cwd = await temporaryDirectory(smallProject);
    const pidPath = join(cwd, 'pid');
    const line = `'${node}' '${binary}' deploy --wait 10m & echo $! > '${pidPath}'; wait $!`;
    const { child } = await onTerminal(line, { ...zero, env, cwd });
    let shown = '';
    child.stdout.on('data', (chunk) => (shown += String(chunk)));
    while (!shown.includes('pending')) await setTimeout(100);
    await setTimeout(1000);
    process.kill(Number(await readFile(pidPath, 'utf8')), 'SIGTERM');
    expect((await child).exitCode).toBe(143);
    expect(shown).toContain('lumio versions wait 1.3.0');
    expect(shown.length).toBeLessThan(20_000);
  });
});
