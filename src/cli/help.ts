/** Help texts, made from the definitions: examples first, then what the command takes. Plain text, as it also goes through pipes. */
import {
  type Command,
  type Example,
  type ParameterSpec,
  type ParameterSpecs,
  longFlag,
} from './command.ts';
import { type Group, commands, groups } from '../commands/index.ts';
import { globalOptions } from './global-options.ts';

/** A space at which no line ends. */
const unbroken = '\u00A0';
const startHere =
  'lumio login, then lumio init, then lumio deploy; lumio sandbox start to try without an account'.replaceAll(
    'lumio ',
    `lumio${unbroken}`,
  );
/** Fewer columns than this have no room for two columns of text, unless the left one is short. */
const narrow = 60;

/** @param width columns that the text may take */
export function rootHelp(width: number): string {
  const entries = topLevel().map(({ name, summary }): Row => [name, summary]);
  return sections([
    wrap('Manage Lumio extensions, versions, installs and secrets.', width, ''),
    `Start here\n${wrap(startHere, width, '  ')}`,
    'Usage\n  lumio <command> [options]',
    section('Commands', entries, width),
    section(
      'Options of every command',
      optionRows(globalOptions).concat(alwaysThere('-V, --version')),
      width,
    ),
    section(
      'More',
      [
        ['lumio <command> --help', 'examples and options of one command'],
        ['lumio help environment', 'environment variables'],
        ['lumio help exit-codes', 'what each exit code means'],
        ['lumio help json', 'the JSON document of each command'],
      ],
      width,
    ),
  ]);
}

/** Help of a group such as `lumio versions`. */
export function groupHelp(group: Group, width: number): string {
  const members = commands.filter((command) => command.path[0] === group.name);
  const alias =
    group.aliases.length === 0 ? '' : `\n  also: lumio ${group.aliases.join(', lumio ')}`;
  return sections([
    wrap(`${group.summary}.`, width, ''),
    section(
      'Examples',
      members.flatMap((command) => command.examples.slice(0, 1)).map(exampleRow),
      width,
    ),
    `Usage\n  lumio ${group.name} <command> [options]${alias}`,
    section(
      'Commands',
      members.map((command): Row => [usageWords(command).slice(1).join(' '), command.summary]),
      width,
    ),
    everyCommand(width),
  ]);
}

/** Help of one command. */
export function commandHelp(command: Command, width: number): string {
  const ownsVersion = Object.values(command.options).some((spec) =>
    spec.flags.includes('--version'),
  );
  const options = optionRows(command.options).concat(
    ownsVersion ? [['-V', 'version of lumio itself']] : [],
  );
  return sections([
    wrap(`${command.summary}.`, width, ''),
    command.examples.length === 0
      ? ''
      : `Examples\n${command.examples.map((example) => exampleLines(example, width)).join('\n')}`,
    `Usage\n${wrap(usageLine(command), width, '  ', '      ')}`,
    section(
      'Arguments',
      Object.values(command.args).map((spec): Row => [spec.flags, describe(spec)]),
      width,
    ),
    section('Options', options, width),
    command.details === undefined
      ? ''
      : command.details
          .split('\n')
          .map((paragraph) => wrap(paragraph, width, ''))
          .join('\n'),
    everyCommand(width),
  ]);
}

/** The commands of the first level, groups included, in the order of the list of commands. */
export function topLevel(): { name: string; summary: string }[] {
  const names = [...new Set(commands.map((command) => command.path[0] ?? ''))];
  return names.map((name) => {
    const summary =
      groups.find((group) => group.name === name)?.summary ??
      commands.find((command) => command.path[0] === name)?.summary;
    return { name, summary: summary ?? '' };
  });
}

export type Row = [left: string, right: string];

/** What is written after `lumio`: the path and the arguments. */
export function usageWords(command: Command): string[] {
  const separator = command.passThrough === true ? ['--'] : [];
  return [...command.path, ...separator, ...Object.values(command.args).map((spec) => spec.flags)];
}

/** The whole line; what stands behind `--` is not lumio's, so that options come before it. */
export function usageLine(command: Command): string {
  const words = usageWords(command);
  const end = command.passThrough === true ? words.indexOf('--') : words.length;
  return ['lumio', ...words.slice(0, end), '[options]', ...words.slice(end)].join(' ');
}

function optionRows(specs: ParameterSpecs): Row[] {
  return Object.values(specs).map((spec): Row => [spec.flags, describe(spec)]);
}

function alwaysThere(version: string): Row[] {
  return [
    [version, 'version of lumio'],
    ['-h, --help', 'help, also for one command'],
  ];
}

function describe(spec: ParameterSpec<unknown>): string {
  const notes = [
    spec.choices === undefined ? '' : `one of: ${spec.choices.join(', ')}`,
    spec.alias === undefined ? '' : `also: ${spec.alias}`,
    spec.env === undefined ? '' : `env:${unbroken}${spec.env}`,
  ].filter((note) => note !== '');
  return notes.length === 0 ? spec.description : `${spec.description} (${notes.join('; ')})`;
}

function exampleRow(example: Example): Row {
  return [`$ ${example.command}`, ''];
}

function exampleLines(example: Example, width: number): string {
  return `${wrap(`# ${example.text}`, width, '  ', '    ')}\n  $ ${example.command}`;
}

function everyCommand(width: number): string {
  const names = Object.values(globalOptions).map(({ flags }) => longFlag(flags));
  return `${wrap(`Options of every command (see lumio${unbroken}--help)`, width, '')}\n${wrap([...names, '--help'].join(' '), width, '  ')}`;
}

/** Parts with an empty line between them; empty ones are left out. */
export function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Two columns; where the left one is long the right one goes to the next line, and on a narrow screen all of them do. */
export function section(title: string, rows: readonly Row[], width: number): string {
  if (rows.length === 0) return '';
  const longest = Math.max(...rows.map(([left]) => left.length)) + 2;
  const isStacked = width < narrow && longest > width / 3;
  const leftWidth = isStacked ? 4 : Math.min(longest, Math.floor(width / 2));
  const lines = rows.map(([left, right]) => {
    if (right === '') return `  ${left}`;
    const indent = ' '.repeat(leftWidth + 2);
    const wrapped = wrap(right, width, indent);
    return isStacked || left.length + 2 > leftWidth
      ? `  ${left}\n${wrapped}`
      : `  ${left.padEnd(leftWidth)}${wrapped.slice(indent.length)}`;
  });
  return `${wrap(title, width, '')}\n${lines.join('\n')}`;
}

/**
 * Folds at words; a line that is one word is left whole.
 * @param width columns that the text may take, its indent included
 * @param hanging indent of the lines after the first
 */
export function wrap(
  text: string,
  width: number,
  indent: string,
  hanging: string = indent,
): string {
  const lines: string[] = [];
  let current = indent;
  for (const word of text.split(' ')) {
    const joined = current.trim() === '' ? indent + word : `${current} ${word}`;
    if (joined.length > width && current.trim() !== '') {
      lines.push(current);
      current = hanging + word;
    } else current = joined;
  }
  return [...lines, current].join('\n').replaceAll(unbroken, ' ');
}
