/** Did-you-mean for commands and flags, words that are written out of habit, and what is told when only a part was written. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';

test.each([
  {
    argv: ['deplyo'],
    message: 'lumio has no command "deplyo".',
    hint: 'Did you mean deploy?',
    next: 'lumio --help',
  },
  {
    argv: ['versions', 'lst'],
    message: 'lumio versions has no command "lst".',
    hint: 'Did you mean list? It has: list, get, wait.',
    next: 'lumio versions --help',
  },
  {
    argv: ['--profile', 'versions', 'versions', 'lst'],
    message: 'lumio versions has no command "lst".',
    hint: 'Did you mean list?',
    next: 'lumio versions --help',
  },
  {
    argv: ['versions'],
    message: 'lumio versions needs one of: list, get, wait.',
    hint: undefined,
    next: 'lumio versions --help',
  },
  { argv: ['--quiet'], message: 'No command was given.', hint: undefined, next: 'lumio --help' },
  {
    argv: ['deploy', '--dry-rn'],
    message: 'Unknown option "--dry-rn".',
    hint: 'Did you mean --dry-run?',
    next: 'lumio deploy --help',
  },
  {
    argv: ['whoami', '--profil', 'x'],
    message: 'Unknown option "--profil".',
    hint: 'Did you mean --profile?',
    next: 'lumio whoami --help',
  },
  {
    argv: ['installs'],
    message: 'lumio installs needs one of: stats.',
    hint: 'Did you mean lumio installs stats?',
    next: 'lumio installs --help',
  },
  {
    argv: ['version'],
    message: 'lumio versions needs one of: list, get, wait.',
    hint: 'lumio --version',
    next: 'lumio versions --help',
  },
  {
    argv: ['extnsions'],
    message: 'lumio has no command "extnsions".',
    hint: 'Did you mean extensions?',
    next: 'lumio --help',
  },
  { argv: ['-v'], message: 'Unknown option "-v".', hint: 'Did you mean -V?', next: 'lumio --help' },
  {
    argv: ['-e', 'x', 'deploy'],
    message: 'Unknown option "-e".',
    hint: 'Put -e after the command: lumio deploy -e …',
    next: 'lumio --help',
  },
  {
    argv: ['version', '-e', 'x', 'ls'],
    message: 'Unknown option "-e".',
    hint: 'Put -e after the command: lumio versions list -e …',
    next: 'lumio versions --help',
  },
  {
    argv: ['--dry-run', 'deploy'],
    message: 'Unknown option "--dry-run".',
    hint: 'Put --dry-run after the command: lumio deploy --dry-run',
    next: 'lumio --help',
  },
  {
    argv: ['--extension=x'],
    message: 'Unknown option "--extension".',
    hint: '--extension stands after a command that has it: lumio ',
    next: 'lumio --help',
  },
  {
    argv: ['whoami', 'x'],
    message: 'lumio whoami takes no arguments, but 1 was given: "x".',
    hint: undefined,
    next: 'lumio whoami --help',
  },
  {
    argv: ['versions', 'get', '1', '2'],
    message: 'lumio versions get takes 1 argument, but 2 were given: "1", "2".',
    hint: undefined,
    next: 'lumio versions get --help',
  },
  {
    argv: ['versions', 'list', 'my-scoreboard'],
    message: 'lumio versions list takes no arguments, but 1 was given: "my-scoreboard".',
    hint: 'If the extension is meant: lumio versions list -e my-scoreboard',
    next: 'lumio versions list --help',
  },
  {
    argv: ['extensions', 'list', '--json', 'slug,name'],
    message: 'lumio extensions list takes no arguments, but 1 was given: "slug,name".',
    hint: '--json takes no fields: pick them with --query, a JMESPath expression.',
    next: 'lumio extensions list --help',
  },
  {
    argv: ['whoami', 'lm_usr_x'],
    message: 'lumio whoami takes no arguments, but 1 was given.',
    hint: undefined,
    next: 'lumio whoami --help',
  },
  {
    argv: ['login', 'x'],
    message: 'lumio login takes no arguments, but 1 was given.',
    hint: undefined,
    next: 'lumio login --help',
  },
  {
    argv: ['secrets', 'set', 'KEY', 'secret', 'value'],
    message: 'lumio secrets set takes 2 arguments, but 3 were given.',
    hint: undefined,
    next: 'lumio secrets set --help',
  },
  {
    argv: ['deploy', '--version'],
    message: '--version needs a value: <semver>.',
    hint: undefined,
    next: 'lumio deploy --help',
  },
  {
    argv: ['versions', 'list', '--json=false'],
    message: '--json takes no value.',
    hint: 'Write --json alone, or leave it out.',
    next: 'lumio versions list --help',
  },
  {
    argv: ['versions', 'list', '--json='],
    message: '--json takes no value.',
    hint: 'Write --json alone, or leave it out.',
    next: 'lumio versions list --help',
  },
  {
    argv: ['--quiet=1', 'versions', 'list'],
    message: '--quiet takes no value.',
    hint: 'Write --quiet alone, or leave it out.',
    next: 'lumio --help',
  },
  {
    argv: ['versions', "--yes=it's\n=", 'list'],
    message: '--yes takes no value.',
    hint: 'Write --yes alone, or leave it out.',
    next: 'lumio versions --help',
  },
  {
    argv: ['deploy', '--dry-run=1'],
    message: '--dry-run takes no value.',
    hint: 'Write --dry-run alone, or leave it out.',
    next: 'lumio deploy --help',
  },
  {
    argv: ['deploy', '--no-input=false'],
    message: '--no-input takes no value.',
    hint: 'Write --no-input alone, or leave it out.',
    next: 'lumio deploy --help',
  },
  {
    argv: ['versions', 'list', '-q=x'],
    message: '-q takes no value.',
    hint: 'Write -q alone, or leave it out.',
    next: 'lumio versions list --help',
  },
  {
    argv: ['deploy', '-v=1.0.0', '-yq=0'],
    message: '-q takes no value.',
    hint: 'Write -q alone, or leave it out.',
    next: 'lumio deploy --help',
  },
  {
    argv: ['whoami', '--help=all'],
    message: '--help takes no value.',
    hint: 'Write --help alone, or leave it out.',
    next: 'lumio whoami --help',
  },
  {
    argv: ['whoami', '--version=1'],
    message: '--version takes no value.',
    hint: 'Write --version alone, or leave it out.',
    next: 'lumio whoami --help',
  },
  {
    argv: ['secrets', 'set', 'KEY', '-q=hunter2'],
    message: '-q takes no value.',
    hint: 'Write -q alone, or leave it out.',
    next: 'lumio secrets set --help',
  },
  {
    argv: ['--dry-run=1', 'deploy'],
    message: 'Unknown option "--dry-run".',
    hint: 'Put --dry-run after the command: lumio deploy --dry-run',
    next: 'lumio --help',
  },
  {
    argv: ['deploy', '--dry-rn=1'],
    message: 'Unknown option "--dry-rn".',
    hint: 'Did you mean --dry-run?',
    next: 'lumio deploy --help',
  },
  {
    argv: ['deploy', '-x=1'],
    message: 'Unknown option "-x".',
    hint: undefined,
    next: 'lumio deploy --help',
  },
  {
    argv: ['zzzzzz'],
    message: 'lumio has no command "zzzzzz".',
    hint: undefined,
    next: 'lumio --help',
  },
])('lumio $argv', async ({ argv, message, hint, next }) => {
  const ran = await runLumio(['--json', ...argv]);
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toBe('');
  const error = at(ran.error(), 'error');
  expect(error).toMatchObject({ message, next });
  if (hint === undefined) expect(error).not.toHaveProperty('hint');
  else expect(error).toHaveProperty('hint', expect.stringContaining(hint));
});

describe('words of habit', () => {
  test.each([
    ['extension ls', 'extensions list'],
    ['ext rm', 'extensions delete'],
    ['version show', 'versions get'],
    ['install stats', 'installs stats'],
    ['secret remove', 'secrets delete'],
    ['publish', 'deploy'],
    ['upload', 'deploy'],
    ['link', 'init'],
  ])('lumio %s is lumio %s', async (written, meant) => {
    expect((await runLumio([...written.split(' '), '--help'])).stdout).toBe(
      (await runLumio(['help', ...meant.split(' ')])).stdout,
    );
    expect((await runLumio(['help', ...written.split(' ')])).stdout).toBe(
      (await runLumio(['help', ...meant.split(' ')])).stdout,
    );
  });

  test('stand in no list', async () => {
    const told =
      (await runLumio(['commands', '--json'])).stdout +
      (await runLumio(['versions', '--help'])).stdout +
      (await runLumio(['--help'])).stdout;
    expect(told).not.toMatch(
      /lumio (?:extension|version|install|secret) |"(?:ls|rm|remove|show)"| (?:ls|rm|remove|show) {2}/,
    );
  });
});

describe('a group alone', () => {
  const terminal = { columns: 80 };
  test.each([['secrets'], ['env'], ['versions', '-q'], ['-q']])(
    '%s %s on a terminal: its help',
    async (...argv) => {
      const words = argv.filter((word) => !word.startsWith('-'));
      expect(await runLumio(argv, { terminal })).toMatchObject({
        exitCode: 0,
        stderr: '',
        stdout: (await runLumio([...words, '--help'], { terminal })).stdout,
      });
    },
  );

  test.each([
    { argv: ['secrets'], world: {} },
    { argv: ['secrets', '--json'], world: { terminal } },
    { argv: ['version'], world: { terminal } },
  ])('$argv is a mistake otherwise: $world', async ({ argv, world }) => {
    expect(await runLumio(argv, world)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('needs one of'),
    });
  });
});

describe('as JSON', () => {
  test.each([[['--json', '--version']], [['--version', '--json']], [['deploy', '-V', '--json']]])(
    '%j: the version',
    async (argv) => {
      expect((await runLumio(argv)).json()).toEqual({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      });
    },
  );

  test.each([[[]], [['env']], ...commands.slice(0, 6).map(({ path }) => [path])])(
    '%j --help --json: as lumio help has it',
    async (path) => {
      const told = (await runLumio(['help', ...path, '--json'])).json();
      expect((await runLumio([...path, '--help', '--json'])).json()).toEqual(told);
      expect((await runLumio(['--json', ...path, '-h'])).json()).toEqual(told);
    },
  );

  test('a part of a help', async () => {
    expect((await runLumio(['deploy', '--help', '--query', 'path[0]'])).stdout).toBe('deploy\n');
  });
});
