/** The kinds of option and argument: how they are written and how they become values. */
import { type LumioError, usageError } from '../errors.ts';
import { parseDuration } from '../shared/quantities.ts';
import { mostSimilar } from '../shared/similar.ts';

export type RawValue = string | boolean | readonly string[] | undefined;

type Completion =
  | 'command'
  | 'extension'
  | 'version'
  | 'secret'
  | 'profile'
  | 'fault'
  | 'file'
  | 'directory';

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
  readonly completion?: Completion;
  /** Prompts ask for text instead of offering the existing values. */
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
    'env' | 'preset' | 'choices' | 'aliases' | 'completion' | 'allowsNewValue' | 'isSecret'
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

/** An option or argument that `read` parses. */
export function custom<Value>(
  flags: string,
  description: string,
  read: (raw: string, source: string) => Value,
  extras: Extras = {},
): ParameterSpec<Value | undefined> {
  const parse = (raw: RawValue, source = longFlag(flags)): Value | undefined =>
    typeof raw === 'string' ? read(raw, source) : undefined;
  return { ...extras, flags, description, parse };
}

type Kind<Value> = (
  flags: string,
  description: string,
  extras?: Extras,
) => ParameterSpec<Value | undefined>;

function kind<Value>(read: (raw: string, source: string) => Value): Kind<Value> {
  return (flags, description, extras) => custom(flags, description, read, extras);
}

export const string = kind((raw) => raw);
/** Milliseconds. */
export const duration = kind(parseDuration);
/** Milliseconds, above 0. */
export const positiveDuration = kind(parsePositiveDuration);

/** The path of a file. An empty one is refused: it would be the working directory. */
export function file(
  flags: string,
  description: string,
  extras: Extras = {},
): ParameterSpec<string | undefined> {
  const read = (raw: string): string => {
    if (raw !== '') return raw;
    const hint =
      'Specify the path of a file. If the path comes from a variable, check that it is set.';
    throw invalidValue(flags, hint);
  };
  return custom(flags, description, read, { ...extras, completion: 'file' });
}

export function directory(flags: string, description: string): ParameterSpec<string | undefined> {
  return string(flags, description, { completion: 'directory' });
}

/** A required argument. A missing one is prompted for or refused before values are parsed. */
export function required<Value>(spec: ParameterSpec<Value | undefined>): ParameterSpec<Value> {
  const parse = (raw: RawValue): Value => {
    const value = spec.parse(raw);
    if (value === undefined) throw new Error(`${spec.flags} is missing`);
    return value;
  };
  return { ...spec, parse };
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
): ParameterSpec<Value | undefined> {
  const read = (raw: string): Value => {
    const found = choices.find((value) => value === raw);
    if (found !== undefined) return found;
    const similar = mostSimilar(raw, choices);
    const list = `Use one of: ${choices.join(', ')}.`;
    throw invalidValue(flags, similar === undefined ? list : `Did you mean ${similar}? ${list}`);
  };
  return custom(flags, description, read, { choices });
}

function parsePositiveDuration(raw: string, source: string): number {
  const ms = parseDuration(raw, source);
  if (ms !== 0) return ms;
  const hint = 'Use a duration above 0, such as 30s.';
  throw usageError('invalid_duration', `The duration for ${source} is 0.`, hint);
}

export function integer(
  flags: string,
  description: string,
  bounds: { min: number; max: number },
): ParameterSpec<number | undefined> {
  const read = (raw: string): number => {
    const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN;
    if (value >= bounds.min && value <= bounds.max) return value;
    throw invalidValue(flags, `Use a whole number from ${bounds.min} to ${bounds.max}.`);
  };
  return custom(flags, description, read);
}

/** `--extension` of `-e, --extension <id or slug>`; the flags of an argument. */
export function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** Each way to write an option, its aliases included: `-e` and `--extension`. */
export function spellingsOf(spec: Pick<ParameterSpec<unknown>, 'flags' | 'aliases'>): string[] {
  return (
    [spec.flags, ...(spec.aliases ?? [])].join(' ').match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? []
  );
}

export function parseValues<S extends ParameterSpecs>(
  specs: S,
  raw: Readonly<Record<string, RawValue>>,
): ParsedValues<S> {
  const entries = Object.entries(specs).map(([key, spec]) => [key, spec.parse(raw[key])]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a mapped type in a loop
  return Object.fromEntries(entries) as ParsedValues<S>;
}

/** commander reads `-e=ext_1` as the value `=ext_1`. */
export function withoutEqualsSign(
  value: RawValue,
  { short }: { readonly short?: string | undefined },
  argv: readonly string[],
): RawValue {
  if (Array.isArray(value)) return value.map((one) => strip(one, short, argv));
  return typeof value === 'string' ? strip(value, short, argv) : value;
}

function strip(value: string, short: string | undefined, argv: readonly string[]): string {
  if (short === undefined || !value.startsWith('=')) return value;
  const end = `${short.slice(1)}${value}`;
  const isAttached = argv.some((word) => /^-[a-zA-Z]+=/.test(word) && word.endsWith(end));
  return isAttached ? value.slice(1) : value;
}

export function rawOf(value: unknown): RawValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}

/**
 * Node replaces bytes that aren't UTF-8 with U+FFFD, so lumio would use another value than the user
 * passed. The reader of a secret refuses it with a better hint.
 */
export function checkIntact(
  specs: ParameterSpecs,
  values: Readonly<Record<string, RawValue>>,
): void {
  for (const [key, { flags, isSecret }] of Object.entries(specs)) {
    const words = [values[key]].flat();
    if (isSecret === true || !words.some((word) => String(word).includes('\uFFFD'))) continue;
    throw usageError(
      'invalid_utf8',
      `The value of ${longFlag(flags)} contains U+FFFD, which replaces bytes that aren't UTF-8.`,
      "Use UTF-8. Check the shell's locale and the script's encoding.",
    );
  }
}

/** The error doesn't contain the value, which may be a misplaced secret. */
function invalidValue(flags: string, hint: string): LumioError {
  return usageError('invalid_option', `Invalid value for ${longFlag(flags)}.`, hint);
}
