/**
 * Errors of the command line: what they suggest, and that they repeat no argument that may be a
 * value.
 */
import { describe, expect, test } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';

const { commands } = registry;

async function errorOf(argv: readonly string[]): Promise<unknown> {
  const ran = await runLumio(['--json', ...argv]);
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  return at(ran.error(), 'error');
}

interface Row {
  readonly line: string;
  readonly code: string;
  /** Part of the hint; undefined if there is no hint. */
  readonly hint?: string;
  readonly next?: string;
}

const rows: readonly Row[] = [
  { line: 'deplyo', code: 'unknown_command', hint: 'lumio deploy' },
  { line: 'extnsions', code: 'unknown_command', hint: 'lumio extensions' },
  { line: 'zzzzzz', code: 'unknown_command' },
  { line: 'versions lst', code: 'unknown_command', hint: 'lumio versions list', next: 'versions ' },
  {
    line: '--profile versions versions lst',
    code: 'unknown_command',
    hint: 'lumio versions list',
    next: 'versions ',
  },
  { line: 'auth login', code: 'unknown_command', hint: 'lumio login' },
  { line: 'auth logout', code: 'unknown_command', hint: 'lumio logout' },
  { line: 'auth status', code: 'unknown_command', hint: 'lumio whoami' },
  { line: 'auth switch', code: 'unknown_command', hint: 'lumio profiles list' },
  { line: 'create', code: 'unknown_command', hint: 'lumio extensions create' },
  { line: 'wait latest', code: 'unknown_command', hint: 'lumio versions wait' },
  { line: 'dev', code: 'unknown_command', hint: 'lumio sandbox start' },
  { line: 'list versions', code: 'unknown_command', hint: 'lumio versions list' },
  { line: 'versions deploy', code: 'unknown_command', hint: 'lumio deploy', next: 'versions ' },
  { line: 'versions', code: 'missing_command', hint: 'list, get, wait', next: 'versions ' },
  { line: 'installs', code: 'missing_command', hint: 'lumio installs stats', next: 'installs ' },
  { line: '--quiet', code: 'missing_command' },
  { line: 'deploy --dry-rn', code: 'unknown_option', hint: '--dry-run', next: 'deploy ' },
  { line: 'deploy --dry-rn=1', code: 'unknown_option', hint: '--dry-run', next: 'deploy ' },
  { line: 'whoami --profil x', code: 'unknown_option', hint: '--profile', next: 'whoami ' },
  { line: 'whoami -Q', code: 'unknown_option', hint: '-q', next: 'whoami ' },
  { line: 'deploy -x=1', code: 'unknown_option', hint: '"--"', next: 'deploy ' },
  { line: '-e x deploy', code: 'unknown_option', hint: 'lumio deploy -e …' },
  {
    line: 'version -e x ls',
    code: 'unknown_option',
    hint: 'lumio versions list -e …',
    next: 'versions ',
  },
  { line: '--dry-run deploy', code: 'unknown_option', hint: 'lumio deploy --dry-run' },
  { line: '--dry-run=1 deploy', code: 'unknown_option', hint: 'lumio deploy --dry-run' },
  { line: '--extension=x', code: 'unknown_option', hint: '--extension' },
  { line: 'whoami x', code: 'excess_arguments', next: 'whoami ' },
  { line: 'login x', code: 'excess_arguments', next: 'login ' },
  { line: 'versions get 1 2', code: 'excess_arguments', next: 'versions get ' },
  { line: 'secrets set KEY secret value', code: 'excess_arguments', next: 'secrets set ' },
  {
    line: 'init my-scoreboard',
    code: 'excess_arguments',
    hint: '--extension',
    next: 'init ',
  },
  {
    line: 'extensions list --json slug,name',
    code: 'excess_arguments',
    hint: '--query',
    next: 'extensions list ',
  },
  { line: 'deploy --version', code: 'option_missing_argument', next: 'deploy ' },
  ...[
    ['versions list --json=false', '--json', 'versions list '],
    ['versions list --json=', '--json', 'versions list '],
    ['--quiet=1 versions list', '--quiet', ''],
    ['deploy --dry-run=1', '--dry-run', 'deploy '],
    ['deploy --no-input=false', '--no-input', 'deploy '],
    ['versions list -q=x', '-q', 'versions list '],
    ['deploy -v=1.0.0 -yq=0', '-q', 'deploy '],
    ['whoami --help=all', '--help', 'whoami '],
    ['whoami --version=1', '--version', 'whoami '],
    ['secrets set KEY -q=hunter2', '-q', 'secrets set '],
  ].map(([line = '', hint = '', next = '']) => ({
    line,
    code: 'option_takes_no_value',
    hint,
    next,
  })),
];

test.each(rows)('lumio $line: $code', async ({ line, code, hint, next = '' }) => {
  const error = await errorOf(line.split(' '));
  expect(error).toMatchObject({ code, next: `lumio ${next}--help` });
  if (hint === undefined) expect(error).not.toHaveProperty('hint');
  else expect(error).toHaveProperty('hint', expect.stringContaining(hint));
});

test('the wording of all of them', async () => {
  const texts: string[] = [];
  for (const { line } of rows)
    if (!line.includes('--json'))
      texts.push(`lumio ${line}\n${(await runLumio(line.split(' '))).stderr}`);
  expect(texts.join('\n')).toMatchSnapshot();
});

describe('suggestions', () => {
  test.each([
    'secrets get',
    'secrets export',
    'unpack',
    'undeploy',
    'uninstall',
    'extensions set',
    'sandbox stop',
    'deploy --no-wait',
    'deploy --disallow=x',
    'whoami --input',
    'whoami --color',
    'whoami --no-yes',
    'whoami --no-json',
  ])('lumio %s: never the opposite', async (line) => {
    expect(JSON.stringify(await errorOf(line.split(' ')))).not.toContain('Did you mean');
  });

  test.each([
    ['secrets rmove', 'lumio secrets delete'],
    ['secrets unst', 'lumio secrets delete'],
    ['extensions veiw', 'lumio extensions get'],
    ['pubish', 'lumio deploy'],
    ['unset API_KEY', 'lumio secrets delete'],
  ])('lumio %s: the command behind an alias', async (line, suggested) => {
    expect(at(await errorOf(line.split(' ')), 'hint')).toContain(`Did you mean ${suggested}?`);
  });
});

describe('misplaced secrets', () => {
  test.each([
    [['secrets', 'set', 'CERT', '-----BEGIN\nhunter2\n']],
    [['secrets', 'set', 'CERT', '--value=a\nhunter2']],
    [['login', '--key=x\nhunter2']],
    [['deploy', '--bump', 'hunter2']],
    [['versions', 'list', '--timeout', 'hunter2']],
    [['completion', 'hunter2']],
    [['help', 'hunter2']],
  ])("%j isn't repeated", async (argv) => {
    expect(JSON.stringify(await errorOf(argv))).not.toContain('hunter2');
  });
});

describe('hidden aliases', () => {
  test.each([
    ['extension ls', 'extensions list'],
    ['ext rm', 'extensions delete'],
    ['version show', 'versions get'],
    ['install stats', 'installs stats'],
    ['secret remove', 'secrets delete'],
    ['publish', 'deploy'],
    ['upload', 'deploy'],
    ['link', 'init'],
    ['secrets unset', 'secrets delete'],
    ['secrets add', 'secrets set'],
    ['extensions view', 'extensions get'],
    ['extensions add', 'extensions create'],
  ])('lumio %s is lumio %s', async (alias, name) => {
    expect((await runLumio([...alias.split(' '), '--help'])).stdout).toBe(
      (await runLumio(['help', ...name.split(' ')])).stdout,
    );
    expect((await runLumio(['help', ...alias.split(' ')])).stdout).toBe(
      (await runLumio(['help', ...name.split(' ')])).stdout,
    );
  });

  test('are in no list', async () => {
    const listed =
      (await runLumio(['commands', '--json'])).stdout +
      (await runLumio(['versions', '--help'])).stdout +
      (await runLumio(['--help'])).stdout;
    expect(listed).not.toMatch(
      /lumio (?:extension|version|install|secret) |"(?:ls|rm|remove|show)"| (?:ls|rm|remove|show) {2}/,
    );
  });
});

describe('a group without a command', () => {
  const terminal = { columns: 80 };
  test.each([['secrets'], ['env'], ['versions', '-q'], ['-q']])(
    '%s %s in a terminal: its help',
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
    { argv: ['secrets'], hostOptions: {} },
    { argv: ['secrets', '--json'], hostOptions: { terminal } },
  ])('$argv is an error otherwise: $hostOptions', async ({ argv, hostOptions }) => {
    expect(await runLumio(argv, hostOptions)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/missing_command|needs a command/),
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
      const expected = (await runLumio(['help', ...path, '--json'])).json();
      expect((await runLumio([...path, '--help', '--json'])).json()).toEqual(expected);
      expect((await runLumio(['--json', ...path, '-h'])).json()).toEqual(expected);
    },
  );

  test('a part of the help document', async () => {
    expect((await runLumio(['deploy', '--help', '--query', 'path[0]'])).stdout).toBe('deploy\n');
  });
});
