/**
 * What every command definition has, so that help, completion and documentation can be made from
 * it.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longFlag, spellingsOf } from '../../src/cli/parameters.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { registry } from '../../src/commands/index.ts';
import { documentSchema } from '../../src/topics/documents.ts';
import { exitCodes } from '../../src/errors.ts';
import { globalOptions } from '../../src/cli/global-options.ts';
import { scenarios } from '../e2e/scenarios.ts';
import { rows as faultRows } from '../faults/commands.ts';

const { commands, groups, hiddenCommands, sections } = registry;

const directory = join(import.meta.dirname, '../../src/commands');
const rows = commands.map((command) => [command.path.join(' '), command] as const);

describe.each(rows)('%s', (_path, command) => {
  const specs = [...Object.values(command.options), ...Object.values(command.args)];

  test('has a summary without a full stop, and describes all arguments and options', () => {
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
    for (const { description } of specs) expect(description).toMatch(/\S.*[^.]$/);
  });

  test('has examples that call it, each with its text', () => {
    expect(command.examples).not.toEqual({});
    const aliases = groups.find(({ name }) => name === command.path[0])?.aliases ?? [];
    const spelled = [command.path[0] ?? '', ...aliases].map((first) =>
      ['lumio', first, ...command.path.slice(1)].join(' '),
    );
    for (const [line, text] of Object.entries(command.examples)) {
      expect(
        spelled.some((words) => line.includes(words)),
        line,
      ).toBe(true);
      expect(text).not.toBe('');
    }
  });

  test('lists errors from the table, each once', () => {
    expect(new Set(command.errors).size).toBe(command.errors.length);
    for (const kind of command.errors) expect(Object.keys(exitCodes)).toContain(kind);
  });

  test('reads the same options in any order', () => {
    const all = { ...command.options, ...globalOptions };
    const words = Object.values(all).map(({ flags }) => [
      longFlag(flags),
      ...(flags.includes('<') ? ['value'] : []),
    ]);
    const parsed = [words, words.toReversed()].map((ordered) =>
      parseArguments([...command.path, ...ordered.flat()], registry, false),
    );
    const [first] = parsed;
    const values = first?.kind === 'command' ? { ...first.options, ...first.globals } : {};
    expect(Object.keys(values).toSorted()).toEqual(Object.keys(all).toSorted());
    expect(Object.values(values)).not.toContain(false);
    expect(parsed[1]).toEqual(first);
  });

  test('has no duplicate flags, and no global ones', () => {
    const own = Object.values(command.options).flatMap(spellingsOf);
    expect(own.filter((word, index) => own.indexOf(word) !== index)).toEqual([]);
    const global = new Set([
      ...Object.values(globalOptions).flatMap(spellingsOf),
      '-h',
      '--help',
      '-V',
    ]);
    expect(own.filter((word) => global.has(word))).toEqual([]);
    if (own.includes('--version')) expect(['deploy', 'pack']).toContain(command.path.join(' '));
  });

  test('has long option names, and only the last argument is optional', () => {
    for (const spec of Object.values(command.options)) expect(spec.flags).toMatch(/--[a-z][a-z-]+/);
    const optional = Object.values(command.args).map(({ flags }) => flags.startsWith('['));
    expect(optional).toEqual([...optional].sort((a, b) => Number(a) - Number(b)));
  });
});

/** Commands whose definition is in a file below src/commands/. */
function definedPaths(): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const sources = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
  const paths = sources.flatMap((source) => [
    ...source.matchAll(/= defineCommand\(\{\s+path: \[([^\]]+)\]/g),
  ]);
  return paths.map(([, path = '']) => path.replaceAll(/[',]/g, ''));
}

test('every command has all its parts', () => {
  const known = [...commands, ...hiddenCommands].map(({ path }) => path.join(' '));
  const unlisted = definedPaths().filter((path) => !known.includes(path));
  const missing = rows.flatMap(([path, { path: words, errors }]) => {
    const [noun = ''] = words;
    const { $schema: _dialect, title: _title, ...schema } = documentSchema(words);
    const scenario = scenarios.find((row) => row.path === path);
    const isFaulty = faultRows.some(({ argv }) => `${argv.join(' ')} `.startsWith(`${path} `));
    const parts = {
      'a schema in src/topics/documents.ts': Object.keys(schema).length > 0,
      'a row in `groups` of src/commands/index.ts':
        words.length === 1 || groups.some(({ name }) => name === noun),
      'an entry in `sections` of src/commands/index.ts': sections.some(({ entries }) =>
        Object.hasOwn(entries, noun),
      ),
      'a row in test/e2e/scenarios.ts': scenario !== undefined,
      '`endpoints` in test/e2e/scenarios.ts, or a row in test/faults/commands.ts':
        !errors.includes('auth') || scenario?.needsKey === false || isFaulty,
    };
    return Object.entries(parts).flatMap(([part, isThere]) =>
      isThere ? [] : [`${path}: ${part}`],
    );
  });
  expect([
    ...missing,
    ...unlisted.map((path) => `${path}: listed in \`commands\` of src/commands/index.ts`),
    ...scenarios
      .filter(({ path }) => !known.includes(path))
      .map(({ path }) => `${path}: a command for its row in test/e2e/scenarios.ts`),
    ...sections
      .flatMap(({ entries }) => Object.keys(entries))
      .filter((noun) => commands.every(({ path }) => path[0] !== noun))
      .map((noun) => `${noun}: a command for its entry in \`sections\``),
  ]).toEqual([]);
});

test('CHANGELOG.md names every command', () => {
  const changelog = readFileSync(join(directory, '../../CHANGELOG.md'), 'utf8');
  // The first release names their groups.
  const named = ['extensions list', 'extensions delete', 'versions list', 'secrets set'];
  const missing = rows.flatMap(([path]) =>
    named.includes(path) || changelog.includes(path) ? [] : [`${path}: a line in CHANGELOG.md`],
  );
  expect(missing).toEqual([]);
});

describe('the list', () => {
  test('contains each command once', () => {
    const paths = rows.map(([path]) => path);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });

  test.each(rows)('%s has one word, or a group and a word', (_path, { path }) => {
    expect(path.every((word) => /^[a-z]+$/.test(word))).toBe(true);
    expect(path.length).toBeLessThanOrEqual(2);
  });

  test('groups and their aliases differ from all commands', () => {
    const alone = rows.filter(([, { path }]) => path.length === 1).map(([path]) => path);
    const words = [
      ...groups.map(({ name }) => name),
      ...groups.flatMap(({ aliases }) => aliases),
      ...alone,
    ];
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});
