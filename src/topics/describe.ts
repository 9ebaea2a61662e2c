/** Commands as plain data, for programs, agents and the documentation. */
import {
  aliasesOf,
  errorsOf,
  usageLine,
  type Command,
  type Group,
  type Registry,
} from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { longFlag, type ParameterSpec } from '../cli/parameters.ts';
import { commonErrors, type ErrorKind, exitCodes, requestErrors } from '../errors.ts';
import { documentSchema } from './documents.ts';
import { type Variable, environment } from './environment.ts';
import type { JsonSchema } from './json-schema.ts';

interface SharedDescription {
  /** `-e, --extension <id or slug>`, `<key>` */
  readonly flags: string;
  readonly description: string;
  readonly repeatable: boolean;
  readonly env?: string;
  readonly choices?: readonly string[];
  /** What completion offers for the value. */
  readonly completes?: string;
}

interface ArgumentDescription extends SharedDescription {
  readonly name: string;
  readonly required: boolean;
}

interface OptionDescription extends SharedDescription {
  readonly long: string;
  readonly short?: string;
  readonly value: 'none' | 'optional' | 'required';
  /** The value when the option is passed without one. */
  readonly preset?: string;
  /** The first of `aliases`. */
  readonly alias?: string;
  readonly aliases?: readonly string[] | undefined;
}

interface ErrorDescription {
  readonly kind: ErrorKind;
  readonly exitCode: number;
  readonly meaning: string;
}

interface ExitCode {
  readonly code: number;
  readonly meanings: readonly string[];
}

interface CommandDescription {
  readonly path: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly details?: string;
  /** The same command under an alias of its group. */
  readonly aliases: readonly string[];
  readonly args: readonly ArgumentDescription[];
  readonly options: readonly OptionDescription[];
  /** Besides those of every command. */
  readonly errors: readonly ErrorDescription[];
  /** All that the command can end with, in ascending order. */
  readonly exitCodes: readonly number[];
  readonly examples: readonly { readonly command: string; readonly text: string }[];
  /** Schema of the JSON document. */
  readonly json: JsonSchema;
}

export interface TreeDescription {
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
export function describeTree(registry: Registry, version: string): TreeDescription {
  return {
    version,
    groups: registry.groups,
    commands: registry.commands.map((command) => describeCommand(registry, command)),
    options: Object.values(globalOptions).map(describeOption),
    errors: [...commonErrors, ...requestErrors].map(describeError),
    exitCodes: listExitCodes(),
    environment: environment(registry),
  };
}

export function describeCommand(registry: Registry, command: Command): CommandDescription {
  const [first = '', ...rest] = command.path;
  const hidden = registry.hiddenAliases[first] ?? [];
  const aliases = rest.length === 0 ? [] : aliasesOf(registry, first);
  return {
    path: command.path,
    usage: usageLine(command),
    summary: command.summary,
    ...(command.details === undefined ? {} : { details: command.details }),
    aliases: aliases
      .filter((alias) => !hidden.includes(alias))
      .map((alias) => ['lumio', alias, ...rest].join(' ')),
    args: Object.entries(command.args).map(([name, spec]) => describeArgument(name, spec)),
    options: Object.values(command.options).map(describeOption),
    errors: command.errors.map(describeError),
    exitCodes: [...new Set([0, ...errorsOf(command).map((kind) => exitCodes[kind].code)])],
    examples: Object.entries(command.examples).map(([line, text]) => ({ command: line, text })),
    json: documentSchema(command.path),
  };
}

/** One entry per code, in ascending order. */
export function listExitCodes(): readonly ExitCode[] {
  const byCode = new Map<number, string[]>([[0, ['success']]]);
  for (const { code, meaning } of Object.values(exitCodes))
    byCode.set(code, [...(byCode.get(code) ?? []), meaning]);
  return [...byCode]
    .sort(([left], [right]) => left - right)
    .map(([code, meanings]) => ({ code, meanings }));
}

function describeError(kind: ErrorKind): ErrorDescription {
  const { code, meaning } = exitCodes[kind];
  return { kind, exitCode: code, meaning };
}

function describeArgument(name: string, spec: ParameterSpec<unknown>): ArgumentDescription {
  return { name, required: spec.flags.startsWith('<'), ...describeShared(spec) };
}

function describeOption(spec: ParameterSpec<unknown>): OptionDescription {
  const { flags, preset, aliases } = spec;
  const [alias] = aliases ?? [];
  const short = /(?:^|\s)(-\w)\b/.exec(flags)?.[1];
  const optionality = flags.includes('[') ? 'optional' : 'none';
  return {
    long: longFlag(flags),
    ...(short === undefined ? {} : { short }),
    value: flags.includes('<') ? 'required' : optionality,
    ...describeShared(spec),
    ...(preset === undefined ? {} : { preset }),
    ...(alias === undefined ? {} : { alias, aliases }),
  };
}

function describeShared(spec: ParameterSpec<unknown>): SharedDescription {
  const { flags, description, isRepeatable, env, choices, completion } = spec;
  return {
    flags,
    description,
    repeatable: isRepeatable === true,
    ...(env === undefined ? {} : { env }),
    ...(choices === undefined ? {} : { choices }),
    ...(completion === undefined ? {} : { completes: completion }),
  };
}
