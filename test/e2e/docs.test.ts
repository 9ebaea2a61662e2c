/**
 * Runs the examples of README.md and docs/ against a sandbox. `# exit code 7` after a command is
 * the expected exit code; `file=` in an info string writes the block to a file first, `skip=` is
 * the reason why a block can't run here.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json';
import { type FencedBlock, blocksOf, pages, readPage } from '../conventions/pages.ts';
import { runLumio } from '../support/host.ts';
import { cleanEnvironment, startLumio } from '../support/lumio.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { lumioScript, programs } from '../support/programs.ts';
import { addFiles, fixtureProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';
import { hasTmux, openTerminal, tmuxNote } from '../support/terminal.ts';

const guides = pages.filter((page) => page === 'README.md' || /^docs\/[\w-]+\.md$/.test(page));

interface Line {
  readonly command: string;
  readonly exitCode: number;
}

/** Files that examples use; the blocks with `file=` replace or add to them. */
const files = {
  'cert.pem': 'a certificate\n',
  '.env': 'API_KEY=one\nNEW_KEY="two words"\n',
  'package.json': JSON.stringify({
    name: 'scoreboard',
    version: '1.3.0',
    scripts: { release: 'lumio deploy --skip-existing' },
  }),
  ...member('one', 'ext_01j9k2m3n4p5q6r7'),
  ...member('two', 'ext_two'),
};

function member(name: string, extensionId: string): Record<string, string> {
  return {
    [`packages/${name}/lumio.config.json`]: JSON.stringify({ extensionId, version: '2.0.0' }),
    [`packages/${name}/dist/index.html`]: '<!doctype html>\n',
  };
}

/** The commands of a shell block, and those of a pipeline that call lumio. */
function linesOf({ language, code }: FencedBlock): Line[] {
  const lines = code.replaceAll('\\\n', ' ').split('\n');
  const commands =
    language === 'sh' ? lines : lines.flatMap((line) => pipelineCommands(line.trim()));
  return commands
    .map((line) => ({
      command: line.replace(/\s+# .*$/, '').trim(),
      exitCode: Number(/# exit code (\d+)/.exec(line)?.[1] ?? 0),
    }))
    .filter(({ command }) => command !== '' && !command.startsWith('#'));
}

function pipelineCommands(line: string): string[] {
  const found = /(npx lumio@.+?)'?(?: \} \})?$/.exec(line)?.[1];
  return found === undefined ? [] : [found.replaceAll('${{ matrix.package }}', 'one')];
}

function runnable(page: string): FencedBlock[] {
  return blocksOf(page).filter(
    ({ language, skip, run }) =>
      ['sh', 'yaml', 'groovy'].includes(language) && skip === '' && run === '',
  );
}

async function runBlock(page: string, block: FencedBlock): Promise<void> {
  const sandbox = await openSandbox({ reviewAfterMs: 0, linked: [twoExtension] });
  const cwd = await fixtureProject('scoreboard');
  const written = blocksOf(page).filter(({ file }) => file !== '');
  await addFiles(cwd, files);
  await addFiles(cwd, Object.fromEntries(written.map(({ file, code }) => [file, code])));
  const clean = await cleanEnvironment();
  const path = await programs({ lumio: lumioScript, npx: 'shift; exec lumio "$@"' });
  const env = {
    ...clean,
    ...sandbox.env,
    TOKEN: 'a token',
    GITHUB_REF_NAME: 'v1.3.0',
    CI_COMMIT_TAG: 'v1.3.0',
    PATH: `${path}:${clean['PATH'] ?? ''}`,
  };
  let exported = '';
  for (const { command, exitCode } of linesOf(block)) {
    const options = { cwd, env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
    const ended =
      exported === '' && isPlain(command)
        ? await runLumio(await wordsOf(command), { cwd, env })
        : await execa('sh', ['-c', `${exported}${command}`], options);
    expect(ended.exitCode, `${command}\n${ended.stderr}`).toBe(exitCode);
    if (command.startsWith('export ')) exported += `${command}; `;
  }
}

/** Whether a line only runs lumio, so that it needs no process. */
function isPlain(command: string): boolean {
  return (
    /^(?:npx )?lumio(?:@[\d.]+)? [^|&;<>()$`*]+$/.test(command) && !command.includes('sandbox')
  );
}

/** The arguments of a plain line, as the shell splits it. */
async function wordsOf(command: string): Promise<string[]> {
  const words = command.replace(/^(?:npx )?lumio\S*/, '');
  const { stdout } = await execa('sh', ['-c', String.raw`printf '%s\0'${words}`]);
  return stdout.split('\0').slice(0, -1);
}

const twoExtension = { extension: 'ext_two', name: 'Two' };

describe.concurrent.each(guides)('%s', (page) => {
  const blocks = runnable(page)
    .map((block) => ({ first: linesOf(block)[0]?.command ?? '', block }))
    .filter(({ first }) => first !== '');

  // Each block starts several processes, next to those of other blocks.
  const title = `$first …${notOnWindows('the examples are for POSIX shells')}`;
  test.skipIf(isWindows).each(blocks)(title, { timeout: 240_000 }, async ({ block }) => {
    await runBlock(page, block);
  });

  test('has valid JSON examples and pins the current version', () => {
    for (const { language, code } of blocksOf(page)) if (language === 'json') JSON.parse(code);
    const pinned = [...readPage(page).matchAll(/lumio@(\d[\w.-]*)/g)].map(([, version]) => version);
    expect(new Set(pinned).size).toBeLessThanOrEqual(1);
    for (const version of pinned) expect(version).toBe(manifest.version);
  });
});

test("every block that isn't run has a reason", () => {
  const unknown = guides.flatMap((page) =>
    blocksOf(page).filter(({ run }) => !['', 'terminal', 'background'].includes(run)),
  );
  expect(unknown).toEqual([]);
});

test('the README shows the commands that CI runs, word for word', () => {
  const script = readPage('.ci/run');
  const block = blocksOf('README.md').find(({ skip }) => skip === 'run-by-ci');
  const commands = block?.code
    .split('\n')
    .flatMap((line) => /^npm ci && [^#]+?(?=\s+#)/.exec(line)?.[0] ?? []);
  expect(commands).toHaveLength(2);
  for (const command of commands ?? []) expect(script.split('\n')).toContain(command);
});

test.skipIf(isWindows)(`sandbox start runs until SIGINT${notOnWindows('no signals')}`, async () => {
  const sandbox = await startLumio(['sandbox', 'start', '--port', '0', '--json']);
  expect(await sandbox.document).toMatchObject({ url: expect.stringContaining('127.0.0.1') });
  sandbox.kill('SIGINT');
  expect(await sandbox.ended).toMatchObject({ exitCode: expect.any(Number) });
});

describe.skipIf(!hasTmux)(`in a terminal${tmuxNote}`, { concurrent: true }, () => {
  test.each([
    ['lumio login', sandboxKey],
    ['lumio secrets set API_KEY', 'a value'],
  ])('%s prompts for the value', async (command, value) => {
    const { url, apiKey } = await openSandbox();
    const terminal = await openTerminal({
      cwd: await fixtureProject('scoreboard'),
      env: {
        LUMIO_API_URL: url,
        LUMIO_CONFIG_DIR: join(await temporaryDirectory(), 'config'),
        ...(command === 'lumio login' ? {} : { LUMIO_API_KEY: apiKey }),
      },
    });
    terminal.run(`${command}; echo "exit $?"`);
    await terminal.waitFor(/^\? /m);
    terminal.type(value);
    terminal.press('Enter');
    expect(await terminal.waitFor(/exit \d+/)).toContain('exit 0');
  });
});
