/** Command definitions → commander tree → an invocation. The only importer of commander; parser errors become usage errors. */
import { Argument, CommanderError, Command as Parser, Option } from 'commander';
import {
  type Command,
  type RawValue,
  type ParameterSpec,
  type ParameterSpecs,
  longFlag,
} from './command.ts';
import type { Invocation, Printing } from './command-line.ts';
import { help } from '../commands/help.ts';
import { type Group, commands, groups, hiddenCommands, aliasesOf } from '../commands/index.ts';
import { LumioError } from '../errors.ts';
import { globalOptions } from './global-options.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import { ancestry, deepest, isBareGroup, usageError } from './usage-errors.ts';

interface Outcome {
  invocation?: Invocation;
  printed: string;
}

/**
 * @param argv the words after the program's name
 * @throws LumioError usage, for anything the definitions don't allow
 */
export function parseCommandLine(argv: readonly string[], printing: Printing): Invocation {
  const outcome: Outcome = { printed: '' };
  const root = createRoot(argv, printing, outcome);
  try {
    root.parse([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return withoutCommand(thrown, { root, argv, printing, printed: outcome.printed });
  }
  return outcome.invocation ?? { kind: 'text', text: outcome.printed };
}

interface Stopped {
  readonly root: Parser;
  readonly argv: readonly string[];
  readonly printing: Printing;
  readonly printed: string;
}

/** What the parser stopped for before it had a command: the version, a help, or an error. */
function withoutCommand(
  thrown: CommanderError,
  { root, argv, printing, printed }: Stopped,
): Invocation {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const asData = own.some((word) => word === '--json' || /^--query(=|$)/.test(word));
  if (thrown.code === 'commander.version')
    return {
      kind: 'text',
      text: asData ? JSON.stringify({ version: printing.version }, undefined, 2) : printed,
    };
  // A person who names a group wants to know what it has; a script has made a mistake.
  if (thrown.exitCode !== 0 && (asData || !printing.isTerminal || !isBareGroup(thrown, root)))
    throw usageError(thrown, root, argv);
  const level = deepest(root);
  if (!asData) return { kind: 'text', text: printed === '' ? level.helpInformation() : printed };
  const [, ...topic] = ancestry(level).map((parser) => parser.name());
  return {
    kind: 'command',
    command: help,
    args: { topic },
    options: {},
    globals: readGlobals(level),
  };
}

function createRoot(argv: readonly string[], printing: Printing, outcome: Outcome): Parser {
  const root = new Parser('lumio');
  const writeOut = (text: string): void => {
    outcome.printed += text;
  };
  root.exitOverride().configureOutput({ writeOut, writeErr: () => undefined });
  root.enablePositionalOptions().allowExcessArguments(false).helpCommand(false);
  root.configureHelp({ formatHelp: () => rootHelp(printing.width) });
  root.version(printing.version, '-V, --version');
  addSpecs(root, globalOptions);
  for (const command of [...commands, ...hiddenCommands]) {
    const parser = withOtherWords(
      parentOf(root, command).command(command.path.at(-1) ?? '', {
        hidden: hiddenCommands.includes(command),
      }),
    );
    // Options cost most of what a tree of commands costs; a command that is not named can't be the one that runs.
    if (isNamed(command, argv)) fillCommand(parser, command, printing, outcome);
  }
  for (const group of groups) {
    const parser = root.commands.find((child) => child.name() === group.name);
    if (parser !== undefined && isWritten(group.name, argv)) fillGroup(parser, group, printing);
  }
  return root;
}

function parentOf(root: Parser, { path: [name = '', ...below] }: Command): Parser {
  if (below.length === 0) return root;
  return root.commands.find((child) => child.name() === name) ?? addGroup(root, name);
}

function addGroup(root: Parser, name: string): Parser {
  const parser = root.command(name).helpCommand(false);
  return withOtherWords(parser);
}

function withOtherWords(parser: Parser): Parser {
  for (const word of aliasesOf(parser.name())) parser.alias(word);
  return parser;
}

function isNamed({ path }: Command, argv: readonly string[]): boolean {
  return path.every((name) => isWritten(name, argv));
}

function isWritten(name: string, argv: readonly string[]): boolean {
  return argv.includes(name) || aliasesOf(name).some((word) => argv.includes(word));
}

function fillGroup(parser: Parser, group: Group, printing: Printing): void {
  parser
    .enablePositionalOptions()
    .configureHelp({ formatHelp: () => groupHelp(group, printing.width) });
  addSpecs(parser, globalOptions);
}

function fillCommand(parser: Parser, command: Command, printing: Printing, outcome: Outcome): void {
  const ownsVersion = Object.values(command.options).some((spec) =>
    spec.flags.includes('--version'),
  );
  parser
    .version(printing.version, ownsVersion ? '-V' : '-V, --version')
    .configureHelp({ formatHelp: () => commandHelp(command, printing.width) });
  if (command.passThrough === true) parser.passThroughOptions();
  // All optional here: what is missing is asked for, or named all at once, and not one by one.
  for (const spec of Object.values(command.args))
    parser.addArgument(new Argument(spec.flags.replace(/^<(.*)>$/, '[$1]'), spec.description));
  addSpecs(parser, command.options);
  addSpecs(parser, globalOptions);
  parser.action(() => {
    const values = readValues(parser, command);
    checkIntact(command, values);
    outcome.invocation = { kind: 'command', command, ...values };
  });
}

function addSpecs(parser: Parser, specs: ParameterSpecs): void {
  for (const { option } of optionsOf(specs)) parser.addOption(option);
}

interface KeyedOption {
  readonly key: string;
  readonly option: Option;
}

const optionsBySpecs = new WeakMap<ParameterSpecs, readonly KeyedOption[]>();

/** An option, and one more for an alias. They are made once, as those of every command stand on each level of the tree. */
function optionsOf(specs: ParameterSpecs): readonly KeyedOption[] {
  const known = optionsBySpecs.get(specs);
  if (known !== undefined) return known;
  const made = Object.entries(specs).flatMap(([key, spec]) => {
    const option = optionOf(spec, spec.flags);
    return spec.alias === undefined
      ? [{ key, option }]
      : [
          { key, option },
          { key, option: optionOf(spec, spec.alias).hideHelp() },
        ];
  });
  optionsBySpecs.set(specs, made);
  return made;
}

function optionOf(spec: ParameterSpec<unknown>, flags: string): Option {
  const option = new Option(flags, spec.description);
  if (spec.preset !== undefined) option.preset(spec.preset);
  if (spec.isRepeatable === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      value,
    ]);
  return option;
}

type Written = Readonly<Record<'args' | 'options' | 'globals', Readonly<Record<string, RawValue>>>>;

/**
 * Node puts U+FFFD in place of bytes that are not UTF-8, so that something else would be done than was written. Words for another program are
 * not ours to judge, and whoever reads a secret's value refuses it with another way to give it. What was written may be a key: it is not repeated.
 */
function checkIntact({ args, options, passThrough }: Command, written: Written): void {
  const tables = [
    [passThrough === true ? {} : args, written.args],
    [options, written.options],
    [globalOptions, written.globals],
  ] as const;
  const given = tables.flatMap(([specs, raws]) =>
    Object.entries<ParameterSpec<unknown>>(specs).map(([key, spec]) => ({
      spec,
      words: [raws[key]].flat(),
    })),
  );
  const broken = given.find(
    ({ spec, words }) =>
      spec.isSecret !== true &&
      words.some((word) => typeof word === 'string' && word.includes('\uFFFD')),
  );
  if (broken === undefined) return;
  throw new LumioError('usage', {
    code: 'invalid_utf8',
    message: `What was given for ${longFlag(broken.spec.flags)} holds U+FFFD, which stands for bytes that are not UTF-8.`,
    hint: 'Write it in UTF-8: look at the locale of the shell, or at the encoding of the script that it comes from.',
  });
}

function readValues(parser: Parser, command: Command): Written {
  const args: Record<string, RawValue> = {};
  Object.keys(command.args).forEach((key, index) => {
    const value: unknown = parser.processedArgs[index];
    // Words that were not written are an empty list to commander.
    args[key] = Array.isArray(value) && value.length === 0 ? undefined : rawOf(value);
  });
  return { args, options: writtenValues(parser, command.options), globals: readGlobals(parser) };
}

function readGlobals(parser: Parser): Record<string, RawValue> {
  const globals: Record<string, RawValue> = {};
  for (const level of ancestry(parser)) Object.assign(globals, writtenValues(level, globalOptions));
  return globals;
}

function writtenValues(parser: Parser, specs: ParameterSpecs): Record<string, RawValue> {
  const values: Record<string, RawValue> = {};
  for (const { key, option } of optionsOf(specs)) {
    const name = option.attributeName();
    if (parser.getOptionValueSource(name) !== 'cli') continue;
    const value = rawOf(parser.getOptionValue(name));
    values[key] = option.negate ? value === false : value;
  }
  return values;
}

function rawOf(value: unknown): RawValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}
