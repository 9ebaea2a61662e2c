import { describe, expect, test } from 'vitest';
import { isRunner, terminalOf } from '../../src/terminal/detect.ts';
import { recordingSink } from './terminals.ts';

const { stream } = recordingSink(100);
const host = { platform: 'linux', clock: Date } as const;
const utf8 = { LANG: 'en_GB.UTF-8', TERM: 'xterm-256color' };

test.each([
  [{ GITHUB_ACTIONS: 'true' }, true],
  [{ TF_BUILD: 'True' }, true],
  [{ TEAMCITY_VERSION: '2026.1' }, true],
  [{ CI: 'true', GITHUB_ACTIONS: 'false' }, false],
])('%j: a runner reads commands: %s', (env, expected) => {
  expect(isRunner(env)).toBe(expected);
});

describe('color', () => {
  test.each([
    ['a terminal', {}, {}, true],
    ['a pipe', { isTerminal: false }, {}, false],
    ['--no-color', { noColor: true }, {}, false],
    ['NO_COLOR', {}, { NO_COLOR: '1' }, false],
    ['NO_COLOR, whatever its value', {}, { NO_COLOR: '0' }, false],
    ['NO_COLOR without a value', {}, { NO_COLOR: '' }, true],
    ['NO_COLOR before FORCE_COLOR', {}, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['FORCE_COLOR in a pipe', { isTerminal: false }, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', {}, { FORCE_COLOR: '0' }, false],
    ['a dumb terminal', {}, { TERM: 'dumb' }, false],
    ['a dumb terminal with FORCE_COLOR', {}, { TERM: 'dumb', FORCE_COLOR: '1' }, true],
  ])('%s', (_what, where: { noColor?: boolean; isTerminal?: boolean }, env, expected) => {
    const { noColor = false, ...over } = where;
    const shown = { ...stream, ...over };
    expect(terminalOf({ ...host, env: { ...utf8, ...env } }, shown, { noColor }).color).toBe(
      expected,
    );
  });
});

describe('Unicode', () => {
  test.each([
    ['LANG', 'linux', { LANG: 'de_DE.UTF-8' }, true],
    ['LANG in another spelling', 'linux', { LANG: 'C.utf8' }, true],
    ['LANG=C', 'linux', { LANG: 'C' }, false],
    ['LC_ALL before LANG', 'linux', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    ['LC_CTYPE before LANG', 'linux', { LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
    ['no locale', 'linux', {}, false],
    ['no locale on macOS', 'darwin', {}, true],
    ['the Linux console', 'linux', { LANG: 'C.UTF-8', TERM: 'linux' }, false],
    ['a dumb terminal', 'linux', { LANG: 'C.UTF-8', TERM: 'dumb' }, false],
    ['the old Windows console', 'win32', { LANG: 'C.UTF-8' }, false],
    ['Windows Terminal', 'win32', { WT_SESSION: 'c0ffee' }, true],
    ['the terminal of VS Code', 'win32', { TERM_PROGRAM: 'vscode' }, true],
  ] as const)('%s on %s', (_what, platform, env, expected) => {
    expect(terminalOf({ ...host, platform, env }, stream, { noColor: false }).unicode).toBe(
      expected,
    );
  });
});

describe('width', () => {
  test.each([
    [100, 100],
    [40, 40],
    [undefined, 80],
    [0, 80],
  ])('%s columns → %d', (columns, expected) => {
    expect(
      terminalOf({ ...host, env: {} }, { ...stream, columns: () => columns }, { noColor: false })
        .columns,
    ).toBe(expected);
  });
});
