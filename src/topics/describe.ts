/** Commands as plain data, for programs, agents and the documentation. */
import { type Command, type Example, type ParameterSpec, longFlag } from '../cli/command.ts';
import { type Group, commands, groups } from '../commands/index.ts';
import { globalOptions } from '../cli/global-options.ts';
import { usageLine } from '../cli/help.ts';
import { type Variable, environment } from './environment.ts';
import {
  type ErrorDescription,
  type ExitCode,
  commonErrors,
  describeError,
  listExitCodes,
} from './exit-codes.ts';

interface Shared {
  /** As in the help: `-e, --extension <id or slug>`, `<key>`. */
  readonly flags: string;
  readonly description: string;
  readonly repeatable: boolean;
  readonly env?: string;
  readonly choices?: readonly string[];
  /** What completion offers for the value. */
  readonly completes?: string;
}

interface ArgumentDescription extends Shared {
  readonly name: string;
  readonly required: boolean;
}

interface OptionDescription extends Shared {
  readonly long: string;
  readonly short?: string;
  /** Whether a value follows. */
  readonly value: 'none' | 'optional' | 'required';
  /** The value when the option is written without one. */
  readonly preset?: string;
  /** A further spelling. */
  readonly alias?: string;
}

export interface CommandDescription {
  readonly path: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly details?: string;
  /** The same command under another name of its group. */
  readonly aliases: readonly string[];
  readonly args: readonly ArgumentDescription[];
  readonly options: readonly OptionDescription[];
  /** Besides those of every command. */
  readonly errors: readonly ErrorDescription[];
  readonly examples: readonly Example[];
  readonly json: string;
}

export interface Tree {
  readonly version: string;
  readonly groups: readonly Group[];
  readonly commands: readonly CommandDescription[];
  /** Options of every command. */
  readonly options: readonly OptionDescription[];
  /** Errors of every command. */
  readonly errors: readonly ErrorDescription[];
  readonly exitCodes: readonly ExitCode[];
  readonly environment: readonly Variable[];
}

/** @param version of lumio */
export function describeTree(version: string): Tree {
  return {
    version,
    groups,
    commands: commands.map(describeCommand),
    options: Object.values(globalOptions).map(describeOption),
    errors: commonErrors.map(describeError),
    exitCodes: listExitCodes(),
    environment: environment(),
  };
}

export function describeCommand(command: Command): CommandDescription {
  const [first = '', ...rest] = command.path;
  const aliases =
    rest.length === 0 ? [] : (groups.find(({ name }) => name === first)?.aliases ?? []);
  return {
    path: command.path,
    usage: usageLine(command),
    summary: command.summary,
    ...(command.details === undefined ? {} : { details: command.details }),
    aliases: aliases.map((alias) => ['lumio', alias, ...rest].join(' ')),
    args: Object.entries(command.args).map(([name, spec]) => describeArgument(name, spec)),
    options: Object.values(command.options).map(describeOption),
    errors: command.errors.map(describeError),
    examples: command.examples,
    json: command.json,
  };
}

/** The spellings of an option: `--extension` and `-e` of `-e, --extension <id or slug>`, and whether a value follows. */
function spellings(flags: string): {
  long: string;
  short?: string;
  value: OptionDescription['value'];
} {
  const short = /(?:^|\s)(-\w)\b/.exec(flags)?.[1];
  const optionality = flags.includes('[') ? 'optional' : 'none';
  return {
    long: longFlag(flags),
    ...(short === undefined ? {} : { short }),
    value: flags.includes('<') ? 'required' : optionality,
  };
}

function describeArgument(name: string, spec: ParameterSpec<unknown>): ArgumentDescription {
  return { name, required: spec.flags.startsWith('<'), ...describeShared(spec) };
}

function describeOption(spec: ParameterSpec<unknown>): OptionDescription {
  const { preset, alias } = spec;
  return {
    ...spellings(spec.flags),
    ...describeShared(spec),
    ...(preset === undefined ? {} : { preset }),
    ...(alias === undefined ? {} : { alias }),
  };
}

function describeShared({
  flags,
  description,
  isRepeatable,
  env,
  choices,
  completion,
}: ParameterSpec<unknown>): Shared {
  return {
    flags,
    description,
    repeatable: isRepeatable === true,
    ...(env === undefined ? {} : { env }),
    ...(choices === undefined ? {} : { choices }),
    ...(completion === undefined ? {} : { completes: completion }),
  };
}
