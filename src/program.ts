/** Command definitions → commander tree → an invocation. The only importer of commander; parser errors become usage errors. */
import { Argument, CommanderError, Command as Parser, Option } from 'commander';
import type { Command, Raw, Spec, Specs } from './command.ts';
import type { Invocation, Printing } from './command-line.ts';
import { type Group, commands, groups, hiddenCommands } from './commands/index.ts';
import { globalSpecs } from './globals.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import { ancestry, usageError } from './usage-error.ts';

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
    if (thrown.exitCode !== 0) throw usageError(thrown, root);
  }
  return outcome.invocation ?? { kind: 'text', text: outcome.printed };
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
  addSpecs(root, globalSpecs);
  for (const command of [...commands, ...hiddenCommands]) {
    const parser = parentOf(root, command, printing).command(command.path.at(-1) ?? '', { hidden: hiddenCommands.includes(command) });
    // Options cost most of what a tree of commands costs; a command that is not named can't be the one that runs.
    if (argv.includes(command.path.at(-1) ?? '')) fillCommand(parser, command, printing, outcome);
  }
  return root;
}

function parentOf(root: Parser, command: Command, printing: Printing): Parser {
  const [name = ''] = command.path;
  if (command.path.length === 1) return root;
  const existing = root.commands.find((child) => child.name() === name);
  if (existing !== undefined) return existing;
  const group = groups.find((candidate) => candidate.name === name);
  return group === undefined ? root : addGroup(root, group, printing);
}

function addGroup(root: Parser, group: Group, printing: Printing): Parser {
  const parser = root.command(group.name).helpCommand(false);
  for (const alias of group.aliases) parser.alias(alias);
  parser.enablePositionalOptions().configureHelp({ formatHelp: () => groupHelp(group, printing.width) });
  addSpecs(parser, globalSpecs);
  return parser;
}

function fillCommand(parser: Parser, command: Command, printing: Printing, outcome: Outcome): void {
  const ownsVersion = Object.values(command.options).some((spec) => spec.flags.includes('--version'));
  parser.version(printing.version, ownsVersion ? '-V' : '-V, --version').configureHelp({ formatHelp: () => commandHelp(command, printing.width) });
  if (command.passThrough === true) parser.passThroughOptions();
  // All optional here: what is missing is asked for, or named all at once, and not one by one.
  for (const spec of Object.values(command.args)) parser.addArgument(new Argument(spec.flags.replace(/^<(.*)>$/, '[$1]'), spec.description));
  addSpecs(parser, command.options);
  addSpecs(parser, globalSpecs);
  parser.action(() => {
    outcome.invocation = { kind: 'command', command, ...readValues(parser, command) };
  });
}

function addSpecs(parser: Parser, specs: Specs): void {
  for (const spec of Object.values(specs)) {
    parser.addOption(optionOf(spec, spec.flags));
    if (spec.alias !== undefined) parser.addOption(optionOf(spec, spec.alias).hideHelp());
  }
}

function optionOf(spec: Spec<unknown>, flags: string): Option {
  const option = new Option(flags, spec.description);
  if (spec.preset !== undefined) option.preset(spec.preset);
  if (spec.repeatable === true) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function readValues(parser: Parser, command: Command): { args: Record<string, Raw>; options: Record<string, Raw>; globals: Record<string, Raw> } {
  const args: Record<string, Raw> = {};
  Object.keys(command.args).forEach((key, index) => {
    const value: unknown = parser.processedArgs[index];
    // Words that were not written are an empty list to commander.
    args[key] = Array.isArray(value) && value.length === 0 ? undefined : rawOf(value);
  });
  const globals: Record<string, Raw> = {};
  for (const level of ancestry(parser)) Object.assign(globals, writtenValues(level, globalSpecs));
  return { args, options: writtenValues(parser, command.options), globals };
}

function writtenValues(parser: Parser, specs: Specs): Record<string, Raw> {
  const values: Record<string, Raw> = {};
  for (const [key, spec] of Object.entries(specs)) {
    const spellings = spec.alias === undefined ? [spec.flags] : [spec.flags, spec.alias];
    for (const flags of spellings) {
      const option = new Option(flags);
      const name = option.attributeName();
      if (parser.getOptionValueSource(name) !== 'cli') continue;
      const value = rawOf(parser.getOptionValue(name));
      values[key] = option.negate ? value === false : value;
    }
  }
  return values;
}

function rawOf(value: unknown): Raw {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}
