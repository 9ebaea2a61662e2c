/** Command definitions → commander → an invocation. The only importer of commander. */
import { Argument, Command as CommanderCommand, Option } from 'commander';
import { aliasesOf, type Command, type RawInput, type Registry } from './command.ts';
import { globalOptions, parserOptions } from './global-options.ts';
import {
  checkIntact,
  rawOf,
  spellingsOf,
  type ParameterSpec,
  type ParameterSpecs,
  type RawValue,
  withoutEqualsSign,
} from './parameters.ts';
import {
  excessArguments,
  missingCommand,
  missingValue,
  unknownCommand,
  unknownOption,
  type Level,
} from './usage-errors.ts';

export type Invocation = { readonly globals: Readonly<Record<string, RawValue>> } & (
  | ({ readonly kind: 'command'; readonly command: Command } & RawInput)
  | { readonly kind: 'help'; readonly path: readonly string[] }
  | { readonly kind: 'version' }
);

/**
 * @param argv the arguments of the program
 * @param isTerminal whether a bare group such as `lumio versions` prints its help instead of an
 * error
 * @throws LumioError usage
 */
export function parseArguments(
  argv: readonly string[],
  registry: Registry,
  isTerminal: boolean,
): Invocation {
  const parser = new Parser('lumio', { registry, argv, isTerminal });
  fillRoot(parser);
  parser.parse([...argv], { from: 'user' });
  if (parser.run.invocation === undefined) throw new Error('no action ran');
  return parser.run.invocation;
}

interface Run {
  readonly registry: Registry;
  readonly argv: readonly string[];
  readonly isTerminal: boolean;
  invocation?: Invocation;
}

/** commander's parser with our own errors, because its errors have only a message. */
class Parser extends CommanderCommand {
  readonly run: Run;

  constructor(name: string | undefined, run: Run) {
    super(name);
    this.run = run;
    this.helpOption(false).helpCommand(false).exitOverride().enablePositionalOptions();
  }

  override createCommand(name?: string): Parser {
    return new Parser(name, this.run);
  }

  unknownOption(flag: string): void {
    if (requested(this) === undefined) throw unknownOption(levelOf(this), flag);
  }

  optionMissingArgument({ flags }: Option): never {
    throw missingValue(levelOf(this), flags);
  }
}

function fillRoot(root: Parser): void {
  const { registry, argv } = root.run;
  fillLevel(root);
  for (const command of [...registry.commands, ...registry.hiddenCommands]) {
    const parent = parentOf(root, command);
    const parser = withAliases(parent.command(command.path.at(-1) ?? ''), registry);
    // Options are most of the cost of the tree, and a command that isn't named can't be the one
    // that runs.
    if (command.path.every((name) => isWritten(name, argv, registry)) && parser instanceof Parser)
      fillCommand(parser, command);
  }
}

function parentOf(root: Parser, { path: [name = '', ...below] }: Command): CommanderCommand {
  if (below.length === 0) return root;
  const group = root.commands.find((child) => child.name() === name);
  if (group !== undefined) return group;
  const created = withAliases(root.command(name), root.run.registry);
  if (created instanceof Parser && isWritten(name, root.run.argv, root.run.registry))
    fillLevel(created);
  return created;
}

function withAliases(parser: CommanderCommand, registry: Registry): CommanderCommand {
  for (const alias of aliasesOf(registry, parser.name())) parser.alias(alias);
  return parser;
}

function isWritten(name: string, argv: readonly string[], registry: Registry): boolean {
  return argv.includes(name) || aliasesOf(registry, name).some((alias) => argv.includes(alias));
}

/** The root or a group; its action runs only if no command matches. */
function fillLevel(parser: Parser): void {
  addOptions(parser, {});
  parser.allowExcessArguments().action(() => {
    parser.run.invocation = withoutCommand(parser);
  });
}

function withoutCommand(parser: Parser): Invocation {
  const globals = globalsOf(parser);
  const path = pathOf(parser);
  const isVersion = parser.parent?.args[0] === 'version' && parser.args.length === 0;
  const wanted = requested(parser) ?? (isVersion ? 'version' : undefined);
  if (wanted !== undefined) return { kind: wanted, path, globals };
  if (parser.args.length > 0) throw unknownCommand(levelOf(parser));
  // A user who types a group wants to see its commands; in a script it is a mistake.
  if (parser.run.isTerminal && globals['json'] === undefined && globals['query'] === undefined)
    return { kind: 'help', path, globals };
  throw missingCommand(levelOf(parser));
}

function fillCommand(parser: Parser, command: Command): void {
  if (command.passThrough === true) parser.passThroughOptions();
  // All are optional here, because missing ones are prompted for, or reported in one error.
  for (const spec of Object.values(command.args))
    parser.addArgument(new Argument(spec.flags.replace(/^<(.*)>$/, '[$1]')));
  addOptions(parser, command.options);
  parser.allowExcessArguments().action(() => {
    parser.run.invocation = invocationOf(parser, command);
  });
}

function invocationOf(parser: Parser, command: Command): Invocation {
  const globals = globalsOf(parser);
  const wanted = requested(parser);
  if (wanted !== undefined) return { kind: wanted, path: command.path, globals };
  const isVariadic = parser.registeredArguments.at(-1)?.variadic === true;
  if (!isVariadic && parser.args.length > parser.registeredArguments.length)
    throw excessArguments(levelOf(parser));
  const input = {
    args: argumentsOf(parser, command),
    options: passedOptions(parser, command.options),
  };
  // Arguments for another program are passed on unchanged.
  if (command.passThrough !== true) checkIntact(command.args, input.args);
  checkIntact(command.options, input.options);
  checkIntact(globalOptions, globals);
  return { kind: 'command', command, ...input, globals };
}

/** Options of the command, global options, and options that print something else. */
function addOptions(parser: Parser, specs: ParameterSpecs): void {
  for (const { option } of [...optionsOf(specs), ...optionsOf(globalOptions)])
    parser.addOption(option);
  const own = new Set(Object.values(specs).flatMap(spellingsOf));
  const { help, version } = parserOptions;
  parser.addOption(new Option(help.flags));
  if (!own.has('-v')) parser.addOption(new Option('-v'));
  parser.addOption(new Option(own.has('--version') ? '-V' : version.flags));
}

/** `--help` or `--version`, anywhere on the command line. */
function requested(parser: CommanderCommand): 'help' | 'version' | undefined {
  const levels = ancestry(parser);
  if (levels.some((level) => level.getOptionValue('help') === true)) return 'help';
  const isVersion = levels.some((level) =>
    ['version', 'V', 'v'].some((name) => level.getOptionValue(name) === true),
  );
  return isVersion ? 'version' : undefined;
}

/** An option, and one more for each alias. */
function optionsOf(specs: ParameterSpecs): { readonly key: string; readonly option: Option }[] {
  return Object.entries(specs).flatMap(([key, spec]) =>
    [spec.flags, ...(spec.aliases ?? [])].map((flags) => ({ key, option: optionOf(spec, flags) })),
  );
}

function optionOf(spec: ParameterSpec<unknown>, flags: string): Option {
  const option = new Option(flags);
  // commander would let `--input` and `--no-input` overwrite each other.
  option.negate = false;
  if (spec.preset !== undefined) option.preset(spec.preset);
  if (spec.isRepeatable === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      value,
    ]);
  return option;
}

function argumentsOf(parser: Parser, command: Command): Record<string, RawValue> {
  const args: Record<string, RawValue> = {};
  Object.keys(command.args).forEach((key, index) => {
    const value: unknown = parser.processedArgs[index];
    // commander passes an empty list for missing variadic arguments.
    args[key] = Array.isArray(value) && value.length === 0 ? undefined : rawOf(value);
  });
  return args;
}

function globalsOf(parser: Parser): Record<string, RawValue> {
  const globals: Record<string, RawValue> = {};
  for (const level of ancestry(parser)) Object.assign(globals, passedOptions(level, globalOptions));
  return globals;
}

function passedOptions(parser: Parser, specs: ParameterSpecs): Record<string, RawValue> {
  const values: Record<string, RawValue> = {};
  for (const { key, option } of optionsOf(specs)) {
    const name = option.attributeName();
    if (parser.getOptionValueSource(name) !== 'cli') continue;
    const value = rawOf(parser.getOptionValue(name));
    values[key] = withoutEqualsSign(value, option, parser.run.argv);
  }
  return values;
}

function levelOf(parser: Parser): Level {
  const { registry, argv } = parser.run;
  return { registry, argv, path: pathOf(parser), args: parser.args };
}

function pathOf(parser: Parser): string[] {
  return ancestry(parser)
    .slice(1)
    .map((level) => level.name());
}

/** From the root down, so that an option on a later level overrides an earlier one. */
function ancestry(parser: CommanderCommand): Parser[] {
  const above = parser.parent === null ? [] : ancestry(parser.parent);
  return parser instanceof Parser ? [...above, parser] : above;
}
