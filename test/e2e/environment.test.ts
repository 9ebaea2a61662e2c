/**
 * Every command in a minimal environment: stdin closed, CI, no home directory, a dumb terminal of
 * 40 columns, the C locale.
 */
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { isWindows } from '../support/platform.ts';
import { isInstalled } from '../support/programs.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { type Scenario, scenarioFiles, scenarios } from './scenarios.ts';

/** Much longer than any command needs. */
const hangMs = 60_000;
// script(1) of macOS has other options.
const hasScript = process.platform === 'linux' && isInstalled('script');
const places = [
  { place: 'in pipes', isPseudoTerminal: false },
  {
    place: `on a pseudo-terminal${hasScript ? '' : " (skipped: script isn't installed)"}`,
    isPseudoTerminal: true,
  },
];

interface Ended {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly output: string;
}

/** The variables that name a directory of the user. */
const homes = new Set(['HOME', 'USERPROFILE', 'APPDATA', 'LUMIO_CONFIG_DIR']);

/** Runs with stdin closed, as with `<&-`; on Windows with an empty one. */
async function run(
  words: readonly string[],
  { isPseudoTerminal }: { isPseudoTerminal: boolean },
): Promise<Ended> {
  const sandbox = await openSandbox();
  await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
  const system = Object.entries(await cleanEnvironment()).filter(([name]) => !homes.has(name));
  const env = {
    ...Object.fromEntries(system),
    ...sandbox.env,
    CI: 'true',
    TERM: 'dumb',
    LANG: 'C',
    COLUMNS: '40',
  };
  const cwd = await temporaryDirectory({ ...smallProject, ...scenarioFiles });
  const line = [node, binary, ...words]
    .map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
    .join(' ');
  const inPipes = isWindows ? [node, binary, ...words] : ['sh', '-c', `exec ${line} <&-`];
  const command = isPseudoTerminal
    ? ['script', '-qec', `stty cols 40 && exec ${line} <&-`, '/dev/null']
    : inPipes;
  const [file = '', ...rest] = command;
  const ended = await execa(file, rest, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: hangMs,
  });
  return {
    exitCode: ended.exitCode,
    timedOut: ended.timedOut,
    output: ended.all.replaceAll('\r\n', '\n'),
  };
}

/** Characters that the terminal can't show, and traces of bugs. Pipes get UTF-8 in any locale. */
const garbage = {
  terminal: /[^\n\t\u0020-\u007E]|\[object |undefined|NaN|\n {4}at /,
  pipe: /[^\n\t\u0020-\u007E…→]|\[object |undefined|NaN|\n {4}at /,
};

const rows = scenarios
  .filter(({ goesOn }) => goesOn === undefined)
  .map((scenario) => ({ path: scenario.path, scenario }));

/** Commands that read stdin or store something in the home directory fail here. */
function expectedCode({ stdin, needsHome }: Scenario): number {
  return stdin === undefined && needsHome === undefined ? 0 : exitCodes.usage.code;
}

describe.concurrent.each(places.filter(({ isPseudoTerminal }) => hasScript || !isPseudoTerminal))(
  '$place',
  (place) => {
    test.concurrent.each(rows)(
      '$path ends with the expected code',
      async ({ path, scenario }) => {
        const ended = await run([...path.split(' '), ...(scenario.words ?? [])], place);
        expect(ended.timedOut).toBe(false);
        expect(ended.output).not.toMatch(place.isPseudoTerminal ? garbage.terminal : garbage.pipe);
        expect(ended.exitCode, ended.output).toBe(expectedCode(scenario));
      },
      hangMs,
    );

    test.concurrent('--help succeeds', async () => {
      const ended = await run(['--help'], place);
      expect(ended).toMatchObject({ exitCode: 0, timedOut: false });
      expect(ended.output).not.toMatch(place.isPseudoTerminal ? garbage.terminal : garbage.pipe);
    });

    test.concurrent.each(rows.filter(({ scenario }) => scenario.asks !== undefined))(
      '$path reports what is missing instead of prompting',
      async ({ path, scenario }) => {
        const ended = await run([...path.split(' '), ...(scenario.asks?.words ?? [])], place);
        expect(ended.timedOut).toBe(false);
        expect(ended.output).not.toMatch(place.isPseudoTerminal ? garbage.terminal : garbage.pipe);
        expect(ended.exitCode, ended.output).toBe(exitCodes.usage.code);
      },
      hangMs,
    );
  },
);
