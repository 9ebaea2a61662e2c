/** Every command that the README shows is run here, as it stands there, in a copy of the example project against a sandbox. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { addFiles, fixtureProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';

const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');

/** Run by .ci/run itself, or impossible before the package is published; test/package installs it. */
const elsewhere = /^npm (ci|test|run quickstart|install --global)\b/;
/** What needs a person is tried in a real terminal below. */
const interactive = ['lumio login'];

const blocks = [...readme.matchAll(/```(sh|yaml)\n([\s\S]*?)```/g)].map(
  ([, language = '', text = '']) => commandsOf(language, text),
);

function commandsOf(language: string, text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\s+#.*$/, ''));
  const commands =
    language === 'yaml'
      ? lines.flatMap((line) => /(?:run:|-)\s+(npx lumio .+)$/.exec(line)?.[1] ?? [])
      : lines;
  return commands.filter(
    (line) => line.trim() !== '' && !elsewhere.test(line) && !interactive.includes(line),
  );
}

/** `… # ends with exit code 7` in the README is the code that is expected. */
function expectedCode(command: string): number {
  const line = readme
    .split('\n')
    .find((text) => text.startsWith(command) && /exit code \d+/.test(text));
  return Number(/exit code (\d+)/.exec(line ?? '')?.[1] ?? 0);
}

async function folderOfPrograms(): Promise<string> {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, 'lumio'), `#!/bin/sh\nexec '${node}' '${binary}' "$@"\n`);
  await writeFile(join(folder, 'npx'), '#!/bin/sh\nexec "$@"\n');
  for (const name of ['lumio', 'npx']) await chmod(join(folder, name), 0o755);
  return folder;
}

async function projectForReadme(): Promise<string> {
  const cwd = await fixtureProject('scoreboard');
  await addFiles(cwd, {
    'cert.pem': 'a certificate',
    'package.json': '{"name":"scoreboard","version":"1.3.0","scripts":{"release":"lumio whoami"}}',
  });
  return cwd;
}

describe.concurrent('the README', () => {
  test('shows commands', () => {
    expect(blocks.flat().length).toBeGreaterThan(20);
  });

  test.each([...new Set(Object.values(exitCodes).map(({ code }) => code))])(
    'tells exit code %i',
    (code) => {
      expect(readme).toMatch(new RegExp(`^\\| ${code} \\| \\S`, 'm'));
    },
  );

  test.each(
    blocks.filter((block) => block.length > 0).map((block) => [block[0] ?? '', block] as const),
  )('%s …', async (_first, block) => {
    const sandbox = await openSandbox({ reviewAfterMs: 0 });
    const cwd = await projectForReadme();
    const clean = await cleanEnvironment();
    const env = {
      ...clean,
      ...sandbox.env,
      TOKEN: 'a token',
      PATH: `${await folderOfPrograms()}:${clean['PATH'] ?? ''}`,
    };
    for (const command of block) {
      const { exitCode, stderr } = await execa('sh', ['-c', command], {
        cwd,
        env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      expect(exitCode, `${command}\n${stderr}`).toBe(expectedCode(command));
    }
  });

  test.skipIf(!hasTmux)(`lumio login${tmuxNote}`, async () => {
    const { url } = await openSandbox();
    const terminal = await openTerminal({
      cwd: await temporaryDirectory(),
      env: { LUMIO_API_URL: url },
    });
    terminal.run('lumio login; echo "exit $?"');
    await terminal.waitFor(/API key/);
    terminal.type(sandboxKey);
    terminal.press('Enter');
    expect(await terminal.waitFor(/exit \d+/)).toContain('exit 0');
  });
});
