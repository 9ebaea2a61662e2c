/** Help texts, derived from the definitions. */
import { exitCodes, listExitCodes } from '../errors.ts';
import type { Host } from '../host.ts';
import {
  commandsBelow,
  errorsOf,
  findCommand,
  namesBelow,
  usageLine,
  usageWords,
  type Command,
  type Group,
  type Registry,
} from './command.ts';
import { globalOptions, parserOptions } from './global-options.ts';
import { longFlag, type ParameterSpec, type ParameterSpecs } from './parameters.ts';

export interface HelpLayout {
  readonly width: number;
  readonly strong: (text: string) => string;
}

/** A space that never wraps. */
const unbroken = '\u00A0';
const maxWidth = 100;
/** Below this width, the right column moves under the left one, unless it is short. */
const minTwoColumns = 60;

export async function helpLayout(host: Host, noColor: boolean): Promise<HelpLayout> {
  const [{ terminalOf }, { loadStyle }] = await Promise.all([
    import('../terminal/detect.ts'),
    import('../terminal/style.ts'),
  ]);
  const { columns, color } = terminalOf(host, host.stdout, { noColor });
  const style = await loadStyle({ color });
  return { width: Math.min(columns, maxWidth), strong: (text) => style('strong', text) };
}

/** @param path names of a group or a command; anything else prints the root help */
export function helpText(registry: Registry, path: readonly string[], layout: HelpLayout): string {
  const command = findCommand([...registry.commands, ...registry.hiddenCommands], path);
  if (command !== undefined) return commandHelp(command, layout);
  const group = registry.groups.find(({ name }) => name === path.join(' '));
  return group === undefined ? rootHelp(registry, layout) : groupHelp(registry, group, layout);
}

/** Of `lumio help <topic>`. */
export const topicNames = [
  'options',
  'environment',
  'exit-codes',
  'faults',
  'json',
  'configuration',
  'secret-scan',
] as const;
export type Topic = (typeof topicNames)[number];

const rootOptions = ['json', 'profile', 'yes', 'verbose'] as const;

function rootHelp(registry: Registry, layout: HelpLayout): string {
  const lines = (...texts: readonly string[]) =>
    texts.map((text) => wrap(text, layout.width)).join('\n');
  const parts = registry.sections.map(({ title, entries }) => ({
    title,
    rows: Object.entries(entries).map(([name, text]): Row => [usageOfName(registry, name), text]),
  }));
  const lefts = parts.flatMap(({ rows }) => rows.map(([left]) => left.length + 2));
  const fitting = lefts.filter((width) => width <= maxLeftWidth(layout.width));
  const columns = { ...layout, leftWidth: Math.max(4, ...fitting) };
  const options = rootOptions.map((key): Row => [
    globalOptions[key].flags,
    globalOptions[key].description,
  ]);
  return joinSections([
    lines(
      'lumio deploys and manages Lumio extensions, from a terminal or from CI.',
      'Usage: lumio <command> [options]',
    ),
    ...parts.map(({ title, rows }) => section(title, rows, columns)),
    section('Options', options, layout),
    lines(
      `More: lumio <command> --help, lumio help ${topicNames.join('|')}`,
      'Get help and report bugs: npm bugs lumio (attach the output of lumio doctor)',
    ),
  ]);
}

/** `versions list|get|wait`, `deploy [path...]`. */
function usageOfName(registry: Registry, name: string): string {
  const members = namesBelow(registry, [name]).map((member) => member.name);
  if (members.length > 0) return `${name} ${members.join('|')}`;
  const command = findCommand(registry.commands, [name]);
  return command === undefined ? name : usageWords(command).join(' ');
}

function groupHelp(registry: Registry, group: Group, layout: HelpLayout): string {
  const members = commandsBelow(registry, [group.name]);
  const aliases = group.aliases.map((alias) => `lumio ${alias}`).join(', ');
  const { width, strong } = layout;
  return joinSections([
    wrap(`${group.summary}.`, width),
    `${strong('Usage')}\n  lumio ${group.name} <command> [options]` +
      (aliases === '' ? '' : `\n  Alias: ${aliases}`),
    section(
      'Commands',
      members.map((command): Row => [usageWords(command).slice(1).join(' '), command.summary]),
      layout,
    ),
    section(
      'Examples',
      members.flatMap(({ examples }) =>
        Object.keys(examples)
          .slice(0, 1)
          .map((line): Row => [`$ ${line}`, '']),
      ),
      layout,
    ),
    globalOptionNames(layout),
  ]);
}

function commandHelp(command: Command, layout: HelpLayout): string {
  const { width, strong } = layout;
  const ownsVersion = Object.values(command.options).some(({ flags }) =>
    flags.includes('--version'),
  );
  const options = [
    ...rowsOf(command.options),
    ...(ownsVersion ? [['-V', parserOptions.version.description] satisfies Row] : []),
  ];
  const examples = Object.entries(command.examples)
    .map(([line, text]) => `${wrap(`# ${text}`, width, '  ', '    ')}\n  $ ${line}`)
    .join('\n');
  const codes = listExitCodes(errorsOf(command).map((kind) => exitCodes[kind]));
  const codeRows = codes.map(({ code, meanings }): Row => [String(code), meanings.join('; ')]);
  const details = command.details?.split('\n').map((paragraph) => wrap(paragraph, width)) ?? [];
  return joinSections([
    wrap(`${command.summary}.`, width),
    `${strong('Usage')}\n${wrap(usageLine(command), width, '  ', '      ')}`,
    examples === '' ? '' : `${strong('Examples')}\n${examples}`,
    section('Arguments', rowsOf(command.args), layout),
    section('Options', options, layout),
    details.join('\n'),
    globalOptionNames(layout),
    section('Exit codes', codeRows, layout),
  ]);
}

export type Row = [left: string, right: string];

function rowsOf(specs: ParameterSpecs): Row[] {
  return Object.values(specs).map((spec): Row => [spec.flags, describe(spec)]);
}

export function globalOptionRows(): Row[] {
  const { version, help } = parserOptions;
  return [
    ...rowsOf(globalOptions),
    [version.flags, version.description],
    [help.flags, help.description],
  ];
}

function describe({ choices, aliases = [], env, description }: ParameterSpec<unknown>): string {
  const notes = [
    choices === undefined ? '' : `one of: ${choices.join(', ')}`,
    aliases.length === 0 ? '' : `also: ${aliases.join('; ')}`,
    env === undefined ? '' : `env:${unbroken}${env}`,
  ].filter((note) => note !== '');
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

function globalOptionNames({ width, strong }: HelpLayout): string {
  const names = Object.values(globalOptions).map(({ flags }) => longFlag(flags));
  const text = `${names.join(' ')} --help (see lumio${unbroken}help${unbroken}options)`;
  return `${strong('Global options')}\n${wrap(text, width, '  ')}`;
}

/** Joins the parts that aren't empty with an empty line between them. */
export function joinSections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function maxLeftWidth(width: number): number {
  return Math.floor(width * 0.55);
}

/** Two columns. If the left one is too long, the right one moves to the next line. */
export function section(
  title: string,
  rows: readonly Row[],
  { width, strong, ...fixed }: HelpLayout & { readonly leftWidth?: number },
): string {
  if (rows.length === 0) return '';
  const longest = fixed.leftWidth ?? Math.max(...rows.map(([left]) => left.length)) + 2;
  const isStacked = width < minTwoColumns && longest > width / 3;
  const leftWidth = isStacked ? 4 : Math.min(longest, maxLeftWidth(width));
  const lines = rows.map(([left, right]) => {
    if (right === '') return `  ${left}`;
    const whole = wrap(left, width, '  ', '      ');
    const indent = ' '.repeat(leftWidth + 2);
    const wrapped = wrap(right, width, indent);
    return isStacked || left.length + 2 > leftWidth
      ? `${whole}\n${wrapped}`
      : `  ${left.padEnd(leftWidth)}${wrapped.slice(indent.length)}`;
  });
  return `${strong(wrap(title, width))}\n${lines.join('\n')}`;
}

/**
 * Breaks lines between words; a word that is wider than a line stays whole.
 * @param width includes the indent
 * @param hanging indent of the lines after the first
 */
export function wrap(text: string, width: number, indent = '', hanging = indent): string {
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
