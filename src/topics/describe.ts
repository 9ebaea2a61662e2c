/** Commands as plain data, for programs, agents and the documentation. */
import { aliasesOf, errorsOf, usageLine, type Command, type Registry } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { longFlag, type ParameterSpec } from '../cli/parameters.ts';
import {
  commonErrors,
  type ErrorKind,
  exitCodes,
  listExitCodes,
  requestErrors,
} from '../errors.ts';
import { documentSchema } from './documents.ts';
import { environment } from './configuration.ts';

/** @param version of lumio */
export function describeTree(registry: Registry, version: string) {
  return {
    version,
    groups: registry.groups,
    commands: registry.commands.map((command) => describeCommand(registry, command)),
    // Options and errors of every command.
    options: Object.values(globalOptions).map(describeOption),
    errors: [...commonErrors, ...requestErrors].map(describeError),
    exitCodes: listExitCodes(),
    environment: environment(registry),
  };
}

export function describeCommand(registry: Registry, command: Command) {
  const [first = '', ...rest] = command.path;
  const hidden = registry.hiddenAliases[first] ?? [];
  const aliases = rest.length === 0 ? [] : aliasesOf(registry, first);
  return {
    path: command.path,
    usage: usageLine(command),
    summary: command.summary,
    details: command.details,
    // The same command under an alias of its group.
    aliases: aliases
      .filter((alias) => !hidden.includes(alias))
      .map((alias) => ['lumio', alias, ...rest].join(' ')),
    args: Object.entries(command.args).map(([name, spec]) => describeArgument(name, spec)),
    options: Object.values(command.options).map(describeOption),
    // In addition to those of every command.
    errors: command.errors.map(describeError),
    // All that the command can end with, in ascending order.
    exitCodes: [...new Set([0, ...errorsOf(command).map((kind) => exitCodes[kind].code)])],
    examples: Object.entries(command.examples).map(([line, text]) => ({ command: line, text })),
    json: documentSchema(command.path),
  };
}

function describeError(kind: ErrorKind) {
  const { code, meaning } = exitCodes[kind];
  return { kind, exitCode: code, meaning };
}

function describeArgument(name: string, spec: ParameterSpec<unknown>) {
  return { name, required: spec.flags.startsWith('<'), ...describeShared(spec) };
}

function describeOption(spec: ParameterSpec<unknown>) {
  const { flags, preset, aliases } = spec;
  const [alias] = aliases ?? [];
  const short = /(?:^|\s)(-\w)\b/.exec(flags)?.[1];
  const optionality = flags.includes('[') ? 'optional' : 'none';
  return {
    long: longFlag(flags),
    short,
    value: flags.includes('<') ? 'required' : optionality,
    ...describeShared(spec),
    // The value when the option is passed without one.
    preset,
    // The first alias also has a separate key.
    alias,
    aliases: alias === undefined ? undefined : aliases,
  };
}

function describeShared(spec: ParameterSpec<unknown>) {
  const { flags, description, isRepeatable, env, choices, completion } = spec;
  return {
    flags,
    description,
    repeatable: isRepeatable === true,
    env,
    choices,
    // What completion offers for the value.
    completes: completion,
  };
}
