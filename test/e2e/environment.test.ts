/** Every command where there is next to nothing: stdin closed, CI, no home, a dumb terminal of 40 columns, the C locale. */
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { isWindows } from '../support/platform.ts';
import { isInstalled } from '../support/programs.ts';
import { projectOf, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { type Scenario, scenarioFiles, scenarios } from './scenarios.ts';

/** Long after which it counts as a hang; nothing here takes a hundredth of it. */
const hangMs = 60_000;
const hasScript = isInstalled('script');
const places = [
  { place: 'in pipes', isPseudoTerminal: false },
  {
    place: `on a pseudo-terminal${hasScript ? '' : ' (skipped: there is no script(1) to open one)'}`,
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

/** Runs with stdin closed altogether, as `<&-` does; on Windows with an empty one. */
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
  const cwd = await projectOf({ ...smallProject, ...scenarioFiles });
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

/** What no such terminal can show, and what no reader wants to see. In a pipe our texts are UTF-8, whatever the locale is. */
const garbage = {
  terminal: /[^\n\t\u0020-\u007E]|\[object |undefined|NaN|\n {4}at /,
  pipe: /[^\n\t\u0020-\u007E…→]|\[object |undefined|NaN|\n {4}at /,
};

const rows = scenarios
  .filter(({ goesOn }) => goesOn === undefined)
  .map((scenario) => ({ path: scenario.path, scenario }));

/** What takes its input from stdin, or stores something in a home, can't do that here, and says so. */
function expectedCode({ stdin, needsHome }: Scenario): number {
  return stdin === undefined && needsHome === undefined ? 0 : exitCodes.usage.code;
}

describe.concurrent.each(places.filter(({ isPseudoTerminal }) => hasScript || !isPseudoTerminal))(
  '$place',
  (place) => {
    test.concurrent.each(rows)(
      '$path ends as it should, without garbage',
      async ({ path, scenario }) => {
        const ended = await run([...path.split(' '), ...(scenario.words ?? [])], place);
        expect(ended.timedOut).toBe(false);
        expect(ended.output).not.toMatch(place.isPseudoTerminal ? garbage.terminal : garbage.pipe);
        expect(ended.exitCode, ended.output).toBe(expectedCode(scenario));
      },
      hangMs,
    );

    test.concurrent.each(rows)(
      '$path --help',
      async ({ path }) => {
        const ended = await run([...path.split(' '), '--help'], place);
        expect(ended).toMatchObject({ exitCode: 0, timedOut: false });
        expect(ended.output).not.toMatch(place.isPseudoTerminal ? garbage.terminal : garbage.pipe);
      },
      hangMs,
    );

    test.concurrent.each(rows.filter(({ scenario }) => scenario.asks !== undefined))(
      '$path, which would ask: says what is missing',
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
