/** The kinds of option and argument: how they are written, and how the raw input becomes a value. */
import { LumioError } from '../errors.ts';
import { parseDuration } from '../shared/duration.ts';
import { mostSimilar } from '../shared/similar.ts';

/** Raw input of one option or argument. */
export type RawValue = string | boolean | readonly string[] | undefined;

export interface ParameterSpec<Value> {
  /** As in `-e, --extension <id or slug>` for an option, `<key>` or `[dir]` for an argument. */
  readonly flags: string;
  readonly description: string;
  /** Environment variable that sets the value when the option is missing. */
  readonly env?: string;
  /** The value when the option is passed without one, as in `--wait`. */
  readonly preset?: string;
  readonly choices?: readonly string[];
  /** Further flags for the same option, listed in the help. */
  readonly aliases?: readonly string[];
  /** What completion offers for the value. */
  readonly completion?: 'command' | 'extension' | 'version' | 'secret' | 'file' | 'folder';
  /** A new value is as good as an existing one, so prompts ask for text instead of offering a list. */
  readonly allowsNewValue?: true;
  /** The value is a secret, so its reader checks it and suggests safer sources. */
  readonly isSecret?: true;
  readonly isRepeatable?: true;
  /** @param source what errors call the parameter; default: its flag */
  parse(raw: RawValue, source?: string): Value;
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec<unknown>>>;
export type ParsedValues<S extends ParameterSpecs> = {
  readonly [Key in keyof S]: S[Key] extends ParameterSpec<infer Value> ? Value : never;
};

type Extras = Partial<
  Pick<
    ParameterSpec<unknown>,
    'env' | 'preset' | 'aliases' | 'completion' | 'allowsNewValue' | 'isSecret'
  >
>;

/** A boolean option. `--no-…` is true when it is passed, like any other. */
export function flag(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<boolean> {
  return { ...extras, flags, description, parse: (raw) => raw === true };
}

/** An option or an optional argument. An empty path of a file is refused: it would be the working directory. */
export function string(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<string | undefined> {
  const parse = (raw: RawValue): string | undefined => {
    if (raw === '' && extras.completion === 'file')
      throw invalidValue(
        flags,
        'Specify the path of a file. If the path comes from a variable, check that it is set.',
      );
    return typeof raw === 'string' ? raw : undefined;
  };
  return { ...extras, flags, description, parse };
}

export function requiredString(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<string> {
  return { ...extras, flags, description, parse: (raw) => (typeof raw === 'string' ? raw : '') };
}

/** A repeatable option, or the rest of the arguments. */
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
    throw invalidValue(flags, hintForChoices(String(raw), choices));
  };
  return { ...extras, flags, description, choices, parse };
}

export function requiredChoice<const Value extends string>(
  flags: string,
  description: string,
  choices: readonly Value[],
): ParameterSpec<Value> {
  const { parse, ...spec } = choice(flags, description, choices);
  const parseRequired = (raw: RawValue): Value => {
    const value = parse(raw);
    if (value !== undefined) return value;
    throw invalidValue(flags, hintForChoices('', choices));
  };
  return { ...spec, parse: parseRequired };
}

/** Milliseconds. */
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

/** A duration other than 0. */
export function positiveDuration(
  spec: ParameterSpec<number | undefined>,
): ParameterSpec<number | undefined> {
  const parse = (raw: RawValue, source = longFlag(spec.flags)): number | undefined => {
    const value = spec.parse(raw, source);
    if (value !== 0) return value;
    throw new LumioError('usage', {
      code: 'invalid_duration',
      message: `The duration of ${source} is 0.`,
      hint: 'Use a duration above 0, such as 30s.',
    });
  };
  return { ...spec, parse };
}

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
    throw invalidValue(flags, `Use a whole number from ${bounds.min} to ${bounds.max}.`);
  };
  return { ...extras, flags, description, parse };
}

/** An option that `read` parses. */
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

/** `--extension` of `-e, --extension <id or slug>`; an argument's flags are returned as they are. */
export function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** Each way to write an option, its aliases included: `-e` and `--extension`. */
export function spellingsOf({ flags, aliases = [] }: ParameterSpec<unknown>): string[] {
  return [flags, ...aliases].join(' ').match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? [];
}

export function parseValues<S extends ParameterSpecs>(
  specs: S,
  raw: Readonly<Record<string, RawValue>>,
): ParsedValues<S> {
  const entries = Object.entries(specs).map(([key, spec]) => [key, spec.parse(raw[key])]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript can't follow a mapped type through a loop
  return Object.fromEntries(entries) as ParsedValues<S>;
}

/** The value is left out of the error, as it may be a secret that ended up in the wrong place. */
function invalidValue(flags: string, hint: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_option',
    message: `Invalid value for ${longFlag(flags)}.`,
    hint,
  });
}

function hintForChoices(value: string, choices: readonly string[]): string {
  const similar = mostSimilar(value, choices);
  const list = `Use one of: ${choices.join(', ')}.`;
  return similar === undefined ? list : `Did you mean ${similar}? ${list}`;
}
