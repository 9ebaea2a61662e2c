/**
 * What a command is: data (path, words, options, examples, errors) and one `run` that turns typed input and a context into a result.
 * Help, completion, `lumio commands` and the documentation are derived from these definitions.
 */
import type { Context } from './context.ts';
import { type ErrorKind, LumioError } from '../errors.ts';
import { parseDuration } from '../shared/duration.ts';
import type { View } from '../terminal/view.ts';

/** What the parser hands over for one option or argument before it is checked. */
export type RawValue = string | boolean | readonly string[] | undefined;

/** One option or argument: the words users write, what it is for, and how the raw text becomes a value. */
export interface ParameterSpec<Value> {
  /** As in `-e, --extension <id or slug>` for an option, `<key>` or `[dir]` for an argument. */
  readonly flags: string;
  readonly description: string;
  /** Environment variable that gives the value when the option is not written. */
  readonly env?: string;
  /** The value when the option is written without one, as in `--wait`. */
  readonly preset?: string;
  readonly choices?: readonly string[];
  /** A further spelling from the vendor's pages: works, stands in the help as an alias. */
  readonly alias?: string;
  /** What completion offers for the value. */
  readonly completion?: 'command' | 'extension' | 'version' | 'secret' | 'file' | 'folder';
  /** What does not exist yet is as good a value as what does: it is not chosen from a list. */
  readonly allowsNewValue?: true;
  /** The value is a secret: what was written on the line of such a command is not repeated in an error. */
  readonly isSecret?: true;
  /** May be written several times. */
  readonly isRepeatable?: true;
  /** @param source names what gave the value in an error, where it was not the option */
  parse(raw: RawValue, source?: string): Value;
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec<unknown>>>;
export type ParsedValues<S extends ParameterSpecs> = {
  readonly [Key in keyof S]: S[Key] extends ParameterSpec<infer Value> ? Value : never;
};

type Extras = Partial<
  Pick<
    ParameterSpec<unknown>,
    'env' | 'preset' | 'alias' | 'completion' | 'allowsNewValue' | 'isSecret'
  >
>;

/** An option that is there or not; `--no-…` is true when it is written, like any other. */
export function flag(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<boolean> {
  return { ...extras, flags, description, parse: (raw) => raw === true };
}

/** An option or an optional argument with a text. As the path of a file an empty one would be the working folder, which nobody means. */
export function string(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<string | undefined> {
  const parse = (raw: RawValue): string | undefined => {
    if (raw === '' && extras.completion === 'file')
      throw wrongValue(
        flags,
        '',
        'the path of a file; a variable that it comes from may not be set',
      );
    return typeof raw === 'string' ? raw : undefined;
  };
  return { ...extras, flags, description, parse };
}

/** An argument without which the command makes no sense. */
export function requiredString(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<string> {
  return { ...extras, flags, description, parse: (raw) => (typeof raw === 'string' ? raw : '') };
}

/** An option that may be written several times, or the rest of the arguments. */
export function strings(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<readonly string[]> {
  return {
    ...extras,
    flags,
    description,
    isRepeatable: true,
    parse: (raw) => (Array.isArray(raw) ? raw : []),
  };
}

/** An option with one of a few values. */
export function choice<const Value extends string>(
  flags: string,
  description: string,
  choices: readonly Value[],
  extras: Extras = {},
): ParameterSpec<Value | undefined> {
  const parse = (raw: RawValue): Value | undefined => {
    if (raw === undefined) return undefined;
    const found = choices.find((value) => value === raw);
    if (found !== undefined) return found;
    throw wrongValue(flags, String(raw), `one of ${choices.join(', ')}`);
  };
  return { ...extras, flags, description, choices, parse };
}

/** An argument with one of a few values, without which the command makes no sense. */
export function requiredChoice<const Value extends string>(
  flags: string,
  description: string,
  choices: readonly Value[],
): ParameterSpec<Value> {
  const { parse, ...spec } = choice(flags, description, choices);
  const parseRequired = (raw: RawValue): Value => {
    const value = parse(raw);
    if (value !== undefined) return value;
    throw wrongValue(flags, '', `one of ${choices.join(', ')}`);
  };
  return { ...spec, parse: parseRequired };
}

/** An option with a duration such as `30s` or `15m`; the value is in milliseconds. */
export function duration(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<number | undefined> {
  return {
    ...extras,
    flags,
    description,
    parse: (raw, source = longFlag(flags)) =>
      typeof raw === 'string' ? parseDuration(raw, source) : undefined,
  };
}

/** A duration that can't be nothing: no time leaves none for an answer, nor between two looks. */
export function positiveDuration(
  spec: ParameterSpec<number | undefined>,
): ParameterSpec<number | undefined> {
  const parse = (raw: RawValue, source = longFlag(spec.flags)): number | undefined => {
    const value = spec.parse(raw, source);
    if (value !== 0) return value;
    throw new LumioError('usage', {
      code: 'invalid_duration',
      message: `"${String(raw)}" for ${source} leaves no time at all.`,
      hint: 'Give more than 0, such as 30s.',
    });
  };
  return { ...spec, parse };
}

/** An option with a whole number within bounds. */
export function integer(
  flags: string,
  description: string,
  bounds: { min: number; max: number },
  extras: Extras = {},
): ParameterSpec<number | undefined> {
  const parse = (raw: RawValue): number | undefined => {
    if (typeof raw !== 'string') return undefined;
    const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN;
    if (value >= bounds.min && value <= bounds.max) return value;
    throw wrongValue(flags, raw, `a whole number from ${bounds.min} to ${bounds.max}`);
  };
  return { ...extras, flags, description, parse };
}

/** An option whose text is read by a function of its own. */
export function custom<Value>(
  flags: string,
  description: string,
  read: (raw: string) => Value,
  extras: Extras = {},
): ParameterSpec<Value | undefined> {
  return {
    ...extras,
    flags,
    description,
    parse: (raw) => (typeof raw === 'string' ? read(raw) : undefined),
  };
}

/** The long spelling within flags: `--extension` of `-e, --extension <id or slug>`; an argument's flags come back whole. */
export function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function wrongValue(flags: string, value: string, allowed: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_option',
    message: `"${value}" is no value for ${longFlag(flags)}.`,
    hint: `It takes ${allowed}.`,
  });
}

/** What a command gives back: the JSON contract, and the same data as a view for people. */
export interface Result {
  readonly data: unknown;
  view(): View;
  /** What to do next, said on stderr on a terminal. */
  readonly next?: readonly string[];
  /** What the command ends with; 0 unless it is given. */
  readonly exitCode?: number;
  /** One of many of its kind: on a terminal it takes the place of the one before, as JSON it is a line. */
  readonly isUpdate?: true;
  /** Bytes that go to stdout as they are, in place of the view; such a result has no JSON form. */
  readonly bytes?: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * @param data what `--json` prints
 * @param show turns the same data into a view; called only when people read
 */
export function result<Data>(
  data: Data,
  show: (data: Data) => View,
  more: Omit<Result, 'data' | 'view'> = {},
): Result {
  return { ...more, data, view: () => show(data) };
}

export interface Example {
  readonly command: string;
  readonly text: string;
}

interface CommandInfo {
  /** The words after `lumio`, such as `['versions', 'list']`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly details?: string;
  readonly examples: readonly Example[];
  /** Kinds of error that this command ends with, besides usage, network and the like that every command has. */
  readonly errors: readonly ErrorKind[];
  /** The JSON document in a few words, for `lumio help json`. */
  readonly json: string;
  /** Words after the first argument belong to it, not to lumio (`sandbox exec -- npm test`). */
  readonly passThrough?: true;
}

export interface Definition<
  Args extends ParameterSpecs,
  Options extends ParameterSpecs,
> extends CommandInfo {
  readonly args: Args;
  readonly options: Options;
  run(
    args: ParsedValues<Args>,
    options: ParsedValues<Options>,
    ctx: Context,
  ): Promise<Result> | AsyncIterable<Result>;
}

/** A command with its types closed over, as program, help and completion see it. */
export interface Command extends CommandInfo {
  readonly args: ParameterSpecs;
  readonly options: ParameterSpecs;
  /** Checks the raw input, then runs. A LumioError of kind usage where a value is wrong. */
  execute(
    raw: { args: Readonly<Record<string, RawValue>>; options: Readonly<Record<string, RawValue>> },
    ctx: Context,
  ): Promise<Result> | AsyncIterable<Result>;
}

/** Closes the types of a definition. */
export function defineCommand<Args extends ParameterSpecs, Options extends ParameterSpecs>(
  definition: Definition<Args, Options>,
): Command {
  return {
    ...definition,
    execute: (raw, ctx) =>
      definition.run(
        parseValues(definition.args, raw.args),
        parseValues(definition.options, raw.options),
        ctx,
      ),
  };
}

/** Each spec's `parse` over its raw value. The one cast of the house: TypeScript can't follow a mapped type through a loop. */
export function parseValues<S extends ParameterSpecs>(
  specs: S,
  raw: Readonly<Record<string, RawValue>>,
): ParsedValues<S> {
  const entries = Object.entries(specs).map(([key, spec]) => [key, spec.parse(raw[key])]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(entries) as ParsedValues<S>;
}
