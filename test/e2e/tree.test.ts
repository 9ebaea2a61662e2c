/** Every command of the tree follows the output rules. */
import { beforeAll, describe, expect, test } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { exitCodes } from '../../src/errors.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { isWindows } from '../support/platform.ts';
import { addFiles, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';
import { type Scenario, scenarioFiles, scenarios, stopped } from './scenarios.ts';

const { commands } = registry;

const rows = scenarios.map((scenario) => [scenario.path, scenario] as const);
const escape = '\u001b';
const codes = new Set<number>(Object.values(exitCodes).map(({ code }) => code));

let project: string;
beforeAll(async () => {
  project = await temporaryDirectory(smallProject);
  await addFiles(project, scenarioFiles);
});

/** A sandbox with a draft beside the example, and a run in the linked project. */
async function open(base: HostOptions = {}): Promise<{
  sandbox: TestSandbox;
  run: (argv: readonly string[], more?: HostOptions) => Promise<RunResult>;
}> {
  const sandbox = await openSandbox();
  await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
  const sent = sandbox.requests().length;
  const run = (argv: readonly string[], more: HostOptions = {}): Promise<RunResult> =>
    runLumio(argv, {
      cwd: project,
      clock: sandbox.clock,
      ...base,
      ...more,
      env: { ...sandbox.env, ...base.env, ...more.env },
    });
  return { sandbox: { ...sandbox, requests: () => sandbox.requests().slice(sent) }, run };
}

function success({ words = [], stdin, ...scenario }: Scenario): {
  argv: string[];
  hostOptions: HostOptions;
} {
  return {
    argv: [...scenario.path.split(' '), ...words],
    hostOptions: { ...(stdin === undefined ? {} : { stdin }), ...stopped({ words, ...scenario }) },
  };
}

/** The IDs, slugs, versions and names of secrets in a document. */
function identifiersIn(document: unknown, key = ''): string[] {
  if (Array.isArray(document)) return document.flatMap((entry) => identifiersIn(entry, key));
  if (typeof document === 'object' && document !== null)
    return Object.entries<unknown>({ ...document }).flatMap(([name, value]) =>
      identifiersIn(value, name),
    );
  const isIdentifier = typeof document === 'string' && /^(?:id|slug|version|keys?)$/.test(key);
  return isIdentifier ? [document] : [];
}

function expectErrorDocument(ran: RunResult, expected: { exitCode: number; code: string }): void {
  expect(ran.stdout).toBe('');
  const document = ran.error();
  expect(at(document, 'error', 'code')).toBe(expected.code);
  expect(String(at(document, 'error', 'message'))).toMatch(/^\S.*\S$/su);
  expect(at(document, 'error', 'status')).toSatisfy(
    (status: unknown) => status === null || typeof status === 'number',
  );
  expect(ran.exitCode).toBe(expected.exitCode);
  expect(codes).toContain(ran.exitCode);
}

describe('success', () => {
  test.each(rows)(
    '%s --json: one document on stdout, nothing on stderr, the option before or after the command',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const documents: unknown[] = [];
      for (const words of [
        ['--json', ...argv],
        scenario.path === 'sandbox exec'
          ? ['sandbox', 'exec', '--json', '--', process.execPath, '-e', '0']
          : [...argv, '--json'],
      ]) {
        const { run } = await open(hostOptions);
        const ran = await run(words);
        expect(ran.stderr).toBe('');
        expect(ran.exitCode).toBe(0);
        documents.push(scenario.keys === undefined ? ran.stdout : Object.keys(Object(ran.json())));
      }
      expect(documents).toEqual([scenario.keys ?? '', scenario.keys ?? '']);
    },
  );

  test.each(rows)(
    '%s in a pipe: plain text, nothing asked, no escape sequences',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run } = await open(hostOptions);
      const ran = await run(argv);
      expect(ran.exitCode).toBe(0);
      if (scenario.keys !== undefined && scenario.isEmpty === undefined)
        expect(ran.stdout).not.toBe('');
      for (const garbage of [escape, '[object', 'undefined'])
        expect(ran.stdout + ran.stderr).not.toContain(garbage);
      if (scenario.verbatim === undefined) expect(ran.stdout).toMatch(/^$|\n$/);
    },
  );

  test.each(rows)('%s --quiet: nothing on stderr', async (_path, scenario) => {
    const { argv, hostOptions } = success(scenario);
    const { run } = await open(hostOptions);
    expect(await run(['--quiet', ...argv])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each(rows)(
    "%s in a terminal of 40 columns doesn't prompt for what was passed",
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run } = await open({ ...hostOptions, terminal: { columns: 40 } });
      const ran = await run(argv);
      expect(ran.exitCode).toBe(0);
      expect(ran.questions).toEqual([]);
    },
  );

  test.each(rows.filter(([, { keys, goesOn }]) => keys !== undefined && goesOn === undefined))(
    '%s on a narrow terminal shows the identifiers whole that a wide one shows',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const shown = async (columns: number): Promise<string[]> => {
        const { run } = await open({ ...hostOptions, terminal: { columns } });
        return (await run(argv)).stdout.split(/\s+/);
      };
      const { run } = await open(hostOptions);
      const identifiers = identifiersIn((await run([...argv, '--json'])).json());
      const wide = await shown(200);
      const expected = identifiers.filter((one) => wide.includes(one));
      if (expected.length === 0) return;
      // A column is cut only where the table is a little too wide. Wine runs out of open files.
      for (let columns = 30; columns < 80; columns += isWindows ? 10 : 1)
        expect(await shown(columns), `${columns} columns`).toEqual(
          expect.arrayContaining(expected),
        );
    },
  );

  test.each(rows)(
    "%s on a poor terminal, with no home: no escape sequences, no symbols that it can't show",
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const env = {
        HOME: undefined,
        USERPROFILE: undefined,
        APPDATA: undefined,
        LUMIO_CONFIG_DIR: undefined,
        LANG: 'C',
        TERM: 'dumb',
        CI: 'true',
      };
      const { run } = await open({ ...hostOptions, env, terminal: { columns: 40 } });
      const ran = await run(argv);
      expect(ran.exitCode).toBe(scenario.needsHome === true ? 2 : 0);
      expect(ran.stdout + ran.stderr).not.toMatch(/[✓✗●○•█▏▎▍▌▋▊▉]/);
      expect(ran.stdout + ran.stderr).not.toContain(escape);
    },
  );

  test.each(rows.filter(([, { keys, goesOn }]) => keys !== undefined && goesOn === undefined))(
    '%s --query: a part of the same document',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run } = await open(hostOptions);
      const ran = await run([...argv, '--query', 'keys(@)']);
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
      expect(new Set(Object.values(Object(ran.json())))).toEqual(new Set(scenario.keys));
    },
  );
});

describe('failure', () => {
  test.each(rows)(
    '%s: empty stdout; with --json one error document, without it two plain lines',
    async (_path, scenario) => {
      const { words, stdin, exitCode, code } = scenario.failure;
      const { run } = await open(stdin === undefined ? {} : { stdin });
      const argv = [...scenario.path.split(' '), ...words];
      expectErrorDocument(await run(['--json', ...argv]), { exitCode, code });
      const plain = await run(argv);
      expect(plain).toMatchObject({ exitCode, stdout: '' });
      expect(plain.stderr).toMatch(/^error: /m);
      for (const garbage of [escape, '\n    at ']) expect(plain.stderr).not.toContain(garbage);
    },
  );

  test.each(rows)(
    "%s with a flag that it doesn't have: exit 2, and where its help is",
    async (path) => {
      const { run, sandbox } = await open();
      const ran = await run([...path.split(' '), '--n0-such-flag', '--json']);
      expectErrorDocument(ran, { exitCode: 2, code: 'unknown_option' });
      expect(ran.stderr).not.toContain('n0-such-flag');
      expect(at(ran.error(), 'error', 'next')).toBe(`lumio ${path} --help`);
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test.each(rows.filter(([, { needsKey }]) => needsKey === true))(
    '%s without a key: exit 4, and nothing is sent',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run, sandbox } = await open({ ...hostOptions, env: { LUMIO_API_KEY: undefined } });
      expectErrorDocument(await run([...argv, '--json']), { exitCode: 4, code: 'no_api_key' });
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test.each(rows.filter(([, { needsKey }]) => needsKey === true))(
    '%s with a wrong key: exit 4, and nothing has changed',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run, sandbox } = await open({
        ...hostOptions,
        env: { LUMIO_API_KEY: 'lm_dev_wrong_wrong_wrong_wrong' },
      });
      const ran = await run([...argv, '--json']);
      expectErrorDocument(ran, { exitCode: 4, code: 'unauthorized' });
      expect(at(ran.error(), 'error', 'status')).toBe(401);
      expect(sandbox.requests().every((line) => line.endsWith(' 401'))).toBe(true);
    },
  );

  test.each(rows.filter(([, { needsKey, keys }]) => needsKey === false && keys !== undefined))(
    '%s needs no key',
    async (_path, scenario) => {
      const { argv, hostOptions } = success(scenario);
      const { run } = await open({ ...hostOptions, env: { LUMIO_API_KEY: undefined } });
      expect((await run([...argv, '--json'])).exitCode).toBe(0);
    },
  );
});

describe('prompts', () => {
  const asking = rows.flatMap(([path, { asks }]) =>
    asks === undefined ? [] : [[path, asks] as const],
  );
  const terminal = { columns: 80 } as const;

  test.each(asking)(
    '%s prompts in a terminal, and continues with the answer',
    async (path, { words, answers }) => {
      const { run } = await open({
        cwd: await temporaryDirectory({ ...smallProject, ...scenarioFiles }),
        terminal,
        answers,
      });
      const ran = await run([...path.split(' '), ...words]);
      expect(ran.exitCode).toBe(0);
      expect(ran.questions).toHaveLength(answers.length);
    },
  );

  test.each(
    asking.flatMap(([path, asks]) => [
      { path, asks, where: 'in a pipe', hostOptions: {}, flags: [] },
      { path, asks, where: 'with --json', hostOptions: { terminal }, flags: ['--json'] },
      { path, asks, where: 'with --no-input', hostOptions: { terminal }, flags: ['--no-input'] },
      {
        path,
        asks,
        where: 'with CI=true',
        hostOptions: { terminal, env: { CI: 'true' } },
        flags: [],
      },
    ]),
  )(
    '$path $where: no prompt, no assumed yes, no change, exit 2',
    async ({ path, asks, hostOptions, flags }) => {
      const { run, sandbox } = await open(hostOptions);
      const ran = await run([...path.split(' '), ...asks.words, ...flags]);
      expect(ran).toMatchObject({ exitCode: 2, stdout: '', questions: [] });
      expect(ran.stderr).toMatch(/--\w|[Pp]ipe/);
      expect(sandbox.requests().filter((line) => !line.startsWith('GET'))).toEqual([]);
    },
  );
});

describe('help and version', () => {
  test.each(commands.map((command) => [command.path.join(' '), command] as const))(
    '%s --help names all arguments and options',
    async (path, command) => {
      const { run, sandbox } = await open();
      for (const argv of [
        [...path.split(' '), '--help'],
        [...path.split(' '), '-h'],
      ]) {
        const ran = await run(argv);
        expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
        for (const { flags, aliases } of [
          ...Object.values(command.options),
          ...Object.values(command.args),
        ]) {
          expect(ran.stdout).toContain(flags);
          for (const alias of aliases ?? [])
            expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain(alias);
        }
        for (const line of Object.keys(command.examples)) expect(ran.stdout).toContain(line);
        expect(
          Math.max(
            ...ran.stdout
              .split('\n')
              .filter((line) => !line.includes('$ '))
              .map((line) => line.length),
          ),
        ).toBeLessThanOrEqual(80);
      }
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test.each(commands.map(({ path }) => path))(
    '%s … -V is the version of lumio',
    async (...path) => {
      expect((await runLumio([...path, '-V'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );
});
