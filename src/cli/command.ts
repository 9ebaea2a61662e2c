/** The definition of a command. Parser, help, completion and documentation are derived from it. */
import { commonErrors, type ErrorKind, exitCodes, requestErrors } from '../errors.ts';
import type { View } from '../terminal/view.ts';
import type { Context } from './context.ts';
import {
  parseValues,
  type ParameterSpecs,
  type ParsedValues,
  type RawValue,
} from './parameters.ts';

export {
  choice,
  custom,
  duration,
  file,
  flag,
  directory,
  integer,
  positiveDuration,
  required,
  string,
  strings,
} from './parameters.ts';
export type { ParsedValues } from './parameters.ts';

/** What a command returns: the JSON document, and the same data as a view for users. */
export interface Result {
  readonly data: unknown;
  view(): View;
  /** Suggested next steps, printed to stderr in a terminal. */
  readonly next?: readonly string[];
  /** Default: 0. */
  readonly exitCode?: number;
  /** One of a series: in a terminal it replaces the one before, as JSON it is one line. */
  readonly isUpdate?: true;
  /** Bytes for stdout instead of the view; such a result has no JSON form. */
  readonly bytes?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** @param show turns the data into a view; not called with `--json` */
export function result<Data>(
  data: Data,
  show: (data: Data) => View,
  more: Omit<Result, 'data' | 'view'> = {},
): Result {
  return { ...more, data, view: () => show(data) };
}

interface CommandInfo {
  /** The words after `lumio`, such as `['versions', 'list']`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly details?: string;
  /** Command line → what it does. */
  readonly examples: Readonly<Record<string, string>>;
  /** Kinds of error, in addition to those of every command. */
  readonly errors: readonly ErrorKind[];
  /** Uses the default API instead of the one that the profile remembers. */
  readonly ignoresStoredApi?: true;
  /** From the first argument on, options belong to it (`sandbox exec -- npm test`). */
  readonly passThrough?: true;
}

interface Definition<
  Args extends ParameterSpecs,
  Options extends ParameterSpecs,
> extends CommandInfo {
  readonly args: Args;
  readonly options: Options;
  run(
    args: ParsedValues<Args>,
    options: ParsedValues<Options>,
    ctx: Context,
    registry: Registry,
  ): Promise<Result> | AsyncIterable<Result>;
}

export interface RawInput {
  readonly args: Readonly<Record<string, RawValue>>;
  readonly options: Readonly<Record<string, RawValue>>;
}

/** A definition that accepts raw input, so that all commands have one type. */
export interface Command extends CommandInfo {
  readonly args: ParameterSpecs;
  readonly options: ParameterSpecs;
  /** @throws LumioError usage for an invalid value */
  execute(raw: RawInput, ctx: Context, registry: Registry): Promise<Result> | AsyncIterable<Result>;
}

export function defineCommand<Args extends ParameterSpecs, Options extends ParameterSpecs>(
  definition: Definition<Args, Options>,
): Command {
  return {
    ...definition,
    execute: (raw, ctx, registry) =>
      definition.run(
        parseValues(definition.args, raw.args),
        parseValues(definition.options, raw.options),
        ctx,
        registry,
      ),
  };
}

/** A noun that several commands share. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly aliases: readonly string[];
}

/** All commands, for parser, help, completion and topics. */
export interface Registry {
  /** In the order of the help. */
  readonly commands: readonly Command[];
  /** Commands that no help and no list names. */
  readonly hiddenCommands: readonly Command[];
  readonly groups: readonly Group[];
  /** The root help: names of the first level, each with a description of at most 36 characters. */
  readonly sections: readonly {
    readonly title: string;
    readonly entries: Readonly<Record<string, string>>;
  }[];
  /** Name → what users of other tools write instead; no help names these. */
  readonly hiddenAliases: Readonly<Record<string, readonly string[]>>;
  /** What users of other tools write → what it is here. */
  readonly pointers?: Readonly<Record<string, string>>;
}

export function aliasesOf({ groups, hiddenAliases }: Registry, name: string): readonly string[] {
  const group = groups.find((candidate) => candidate.name === name);
  return [...(group?.aliases ?? []), ...(hiddenAliases[name] ?? [])];
}

export function matches(registry: Registry, word: string, name: string): boolean {
  return word === name || aliasesOf(registry, name).includes(word);
}

/** The commands whose path continues after these names. */
export function commandsBelow({ commands }: Registry, path: readonly string[]): readonly Command[] {
  return commands.filter(
    (command) =>
      command.path.length > path.length && path.every((name, at) => command.path[at] === name),
  );
}

/** Names below a path with their summaries: at the root groups and commands, else commands. */
export function namesBelow(
  registry: Registry,
  path: readonly string[] = [],
): readonly { readonly name: string; readonly summary: string }[] {
  const byName = new Map<string, string>();
  for (const { path: full, summary } of commandsBelow(registry, path)) {
    const name = full[path.length] ?? '';
    const group = path.length === 0 ? registry.groups.find((one) => one.name === name) : undefined;
    if (!byName.has(name)) byName.set(name, group?.summary ?? summary);
  }
  return [...byName].map(([name, summary]) => ({ name, summary }));
}

/** The name below a path that a word is, or is an alias of. */
export function resolveName(
  registry: Registry,
  word: string,
  path: readonly string[],
): string | undefined {
  return namesBelow(registry, path).find(({ name }) => matches(registry, word, name))?.name;
}

/** Unknown words stay as they are. */
export function resolveNames(registry: Registry, words: readonly string[]): string[] {
  const path: string[] = [];
  for (const word of words) path.push(resolveName(registry, word, path) ?? word);
  return path;
}

/** @param path without aliases */
export function findCommand(
  commands: readonly Command[],
  path: readonly string[],
): Command | undefined {
  return commands.find((command) => command.path.join(' ') === path.join(' '));
}

/** What follows `lumio`: the path and the arguments. */
export function usageWords({ path, args, passThrough }: Command): string[] {
  const separator = passThrough === true ? ['--'] : [];
  return [...path, ...separator, ...Object.values(args).map(({ flags }) => flags)];
}

/** Options come before `--`, since what follows belongs to another program. */
export function usageLine(command: Command): string {
  const words = usageWords(command);
  const end = command.passThrough === true ? words.indexOf('--') : words.length;
  return ['lumio', ...words.slice(0, end), '[options]', ...words.slice(end)].join(' ');
}

/** The kinds of error that a command can end with, by exit code. */
export function errorsOf({ errors }: Pick<Command, 'errors'>): readonly ErrorKind[] {
  const sendsRequests = errors.includes('auth');
  const kinds = [...errors, ...commonErrors, ...(sendsRequests ? requestErrors : [])];
  return [...new Set(kinds)].toSorted((a, b) => exitCodes[a].code - exitCodes[b].code);
}
