/** `lumio help` and `lumio commands` are complete. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { exitCodes } from '../../src/errors.ts';
import { environment } from '../../src/topics/configuration.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';

const { commands, groups } = registry;

const plain = stripVTControlCharacters;
const source = join(import.meta.dirname, '../../src');

test.each([
  ['config', 'lumio help configuration'],
  ['exit', 'lumio help exit-codes'],
  ['nothing-like-it', 'lumio help'],
])('an unknown topic %s suggests: %s', async (topic, next) => {
  const ran = await runLumio(['help', topic, '--json']);
  expect(at(ran.error(), 'error', 'next')).toBe(next);
});

describe('lumio commands', () => {
  test('prints one line per command', async () => {
    const lines = (await runLumio(['commands'])).stdout.trimEnd().split('\n');
    expect(lines).toEqual(
      commands.map(({ path, summary }) => `lumio ${path.join(' ')}\t${summary}`),
    );
  });

  test('describes commands for programs', async () => {
    const tree = (await runLumio(['commands', '--json'])).json();
    const deploy = at(
      tree,
      'commands',
      commands.findIndex(({ path }) => path[0] === 'deploy'),
    );
    expect(deploy).toMatchObject({
      path: ['deploy'],
      usage: expect.stringMatching(/^lumio deploy .*\[options\]/),
      errors: expect.arrayContaining([expect.objectContaining({ kind: 'conflict', exitCode: 6 })]),
    });
    expect(at(deploy, 'options')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          long: '--extension',
          short: '-e',
          value: 'required',
          env: 'LUMIO_EXTENSION',
        }),
        expect.objectContaining({ long: '--bump', choices: ['major', 'minor', 'patch'] }),
        expect.objectContaining({ long: '--wait', value: 'optional', preset: '15m' }),
        expect.objectContaining({ long: '--dry-run', value: 'none' }),
      ]),
    );
    const secretsSet = at(
      tree,
      'commands',
      commands.findIndex(({ path }) => path.join(' ') === 'secrets set'),
    );
    expect(secretsSet).toMatchObject({
      aliases: ['lumio env set'],
      args: [
        { name: 'key', required: true, completes: 'secret' },
        { name: 'value', required: false },
      ],
    });
    expect(at(tree, 'exitCodes')).toContainEqual({ code: 5, meanings: [expect.any(String)] });
  });
});

describe('lumio help', () => {
  test.each([
    { words: [], text: 'lumio <command> [options]' },
    { words: ['options'], text: '--max-wait' },
    { words: ['versions'], text: 'lumio versions <command>' },
    { words: ['versions', 'list'], text: '$ lumio versions list' },
    { words: ['env', 'set'], text: 'lumio secrets set <key> [value] [options]' },
    { words: ['sandbox', 'exec'], text: 'lumio sandbox exec [options] -- <command...>\n' },
    { words: ['environment'], text: 'SOURCE_DATE_EPOCH' },
    { words: ['exit-codes'], text: '143' },
    { words: ['json'], text: 'lumio help json whoami' },
    { words: ['configuration'], text: 'extensionId' },
    { words: ['faults'], text: 'drop-after-commit' },
    { words: ['secret-scan'], text: 'private-key' },
  ])('help $words', async ({ words, text }) => {
    const ran = await runLumio(['help', ...words]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(text);
    expect((await runLumio(['help', ...words, '--json'])).json()).toBeTypeOf('object');
  });

  test('prints what --help of the command prints', async () => {
    expect((await runLumio(['help', 'deploy'])).stdout).toBe(
      (await runLumio(['deploy', '--help'])).stdout,
    );
  });

  test.each([
    { words: ['exit-code'], text: 'Did you mean exit-codes?' },
    { words: ['versions', 'lst'], text: 'Did you mean versions list?' },
  ])('refuses help $words', async ({ words, text }) => {
    const ran = await runLumio(['help', ...words]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(text);
  });

  test('lists every exit code', async () => {
    const { stdout } = await runLumio(['help', 'exit-codes']);
    for (const { code } of Object.values(exitCodes))
      expect(stdout).toMatch(new RegExp(String.raw`^ {2}${code}\b`, 'm'));
  });

  describe.each([40, 60])('%i columns', (columns) => {
    const all = [
      [],
      ['environment'],
      ['exit-codes'],
      ...groups.map(({ name }) => [name]),
      ...commands.map(({ path }) => path),
    ];
    test.each(all.map((words) => [words]))(
      '%j: no line is wider, except examples and long words',
      async (words) => {
        const { stdout } = await runLumio(['help', ...words], { terminal: { columns } });
        expect(
          plain(stdout)
            .split('\n')
            .filter(
              (line) =>
                line.length > columns && !line.startsWith('  $ ') && line.trim().includes(' '),
            ),
        ).toEqual([]);
        expect(stdout).not.toMatch(/\u00A0|env:\n/);
      },
    );

    test('breaks no word of a command, and keeps each example on one line', async () => {
      const { stdout } = await runLumio(['help', 'deploy'], { terminal: { columns } });
      const wide = (await runLumio(['help', 'deploy'])).stdout;
      expect(plain(stdout).split(/\s+/)).toEqual(wide.split(/\s+/));
      for (const command of Object.keys(
        commands.find(({ path }) => path[0] === 'deploy')?.examples ?? {},
      ))
        expect(stdout).toContain(`  $ ${command}\n`);
    });
  });

  test.each([[['versions']], [['versions', 'list']]])('%j: usage, then examples', async (words) => {
    const { stdout } = await runLumio(['help', ...words]);
    const sections = stdout.match(/^(?:Usage|Examples|Global options)$/gm);
    expect(sections).toEqual(['Usage', 'Examples', 'Global options']);
  });

  test('the root help fits a screen of 40 lines', async () => {
    const { stdout } = await runLumio(['--help'], { terminal: { columns: 80 } });
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('headings are bold in a terminal only', async () => {
    const terminal = { columns: 80 };
    const shown = await runLumio(['deploy', '--help'], { terminal });
    expect(shown.stdout).toContain('\u001B[1mUsage\u001B[22m');
    for (const ran of [
      await runLumio(['deploy', '--help']),
      await runLumio(['deploy', '--help', '--no-color'], { terminal }),
    ])
      expect(ran.stdout).not.toContain('\u001B');
  });

  test('a command lists the exit codes that it can end with', async () => {
    const { stdout } = await runLumio(['help', 'completion']);
    expect(stdout).toMatch(/^ {2}2 /m);
    expect(stdout).not.toMatch(/^ {2}(?:4|10) /m);
  });
});

test('lists every variable that the sources read', () => {
  const listed = new Set(environment(registry).map(({ name }) => name));
  // Described with another one, or set by terminals and not by users.
  const left = new Set([
    'LC_ALL',
    'LC_CTYPE',
    'USERPROFILE',
    'LOCALAPPDATA',
    'GITHUB_OUTPUT',
    'GITHUB_STEP_SUMMARY',
    'TERM_PROGRAM',
    'TERMINAL_EMULATOR',
    'WT_SESSION',
    'MSYSTEM',
  ]);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const read = files.flatMap((name) =>
    [
      ...readFileSync(join(source, name), 'utf8').matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)\b/g),
    ].map((match) => match[1] ?? ''),
  );
  expect(read.length).toBeGreaterThan(10);
  expect([...new Set(read)].filter((name) => !listed.has(name) && !left.has(name))).toEqual([]);
});
