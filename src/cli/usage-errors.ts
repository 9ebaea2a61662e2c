/**
 * Usage errors. An argument may be a misplaced secret, so errors don't repeat it,
 * unless it is a plain word, or an option or command name that is at most two edits away from one
 * of ours.
 */
import { LumioError } from '../errors.ts';
import { isPlainWord, mostSimilar } from '../shared/similar.ts';
import {
  aliasesOf,
  findCommand,
  matches,
  namesBelow,
  resolveName,
  type Command,
  type Registry,
} from './command.ts';
import { globalOptions, parserOptions } from './global-options.ts';
import { longFlag, spellingsOf } from './parameters.ts';

/** The position where the parser stopped. */
export interface Level {
  readonly registry: Registry;
  readonly argv: readonly string[];
  /** The names that were recognized. */
  readonly path: readonly string[];
  /** The arguments after them, without known options. */
  readonly args: readonly string[];
}

/** More edits could repeat a secret that was appended to an option. */
const maxRepeatedEdits = 2;

export function missingCommand(level: Level): LumioError {
  if (level.path.length === 0) return failure(level, 'missing_command', 'No command specified.');
  const names = namesBelow(level.registry, level.path).map(({ name }) => name);
  const [only = '', ...others] = names;
  const hint =
    others.length === 0
      ? `Did you mean ${nameOf([...level.path, only])}?`
      : `Use one of: ${names.join(', ')}.`;
  return failure(level, 'missing_command', `${nameOf(level.path)} needs a command.`, hint);
}

export function unknownCommand(level: Level): LumioError {
  const { registry, path, args } = level;
  const [typed = ''] = args;
  const names = namesBelow(registry, path).map(({ name }) => name);
  const isRepeated =
    isPlainWord(typed) || closest(typed, names, registry, maxRepeatedEdits) !== undefined;
  const suggestion = suggestedCommand(level, names);
  const hint = [
    suggestion === undefined ? '' : `Did you mean lumio ${suggestion}?`,
    path.length === 0 ? '' : `Use one of: ${names.join(', ')}.`,
  ].filter((part) => part !== '');
  const message = `${nameOf(path)} has no ${isRepeated ? `command "${typed}"` : 'such command'}.`;
  return failure(level, 'unknown_command', message, hint.join(' ') || undefined);
}

/** @param names of the commands at this level */
function suggestedCommand(
  { registry, path, args: [typed = '', next = ''] }: Level,
  names: readonly string[],
): string | undefined {
  const { pointers = {} } = registry;
  const words = [...path, typed].join(' ');
  const exact = pointers[`${words} ${next}`];
  if (exact !== undefined) return exact;
  const similar = closest(typed, names, registry);
  if (similar !== undefined) return [...path, similar].join(' ');
  if (path.length > 0) return resolveName(registry, typed, []);
  return fromNextWord(typed, next, registry) ?? pointers[words] ?? fromGroups(typed, registry);
}

/** `lumio auth login` → login; `lumio list versions` → versions list. */
function fromNextWord(typed: string, next: string, registry: Registry): string | undefined {
  const name = resolveName(registry, next, []);
  if (name === undefined || findCommand(registry.commands, [name]) !== undefined) return name;
  const member = resolveName(registry, typed, [name]);
  return member && `${name} ${member}`;
}

/** `lumio wait` → versions wait */
function fromGroups(typed: string, registry: Registry): string | undefined {
  const found = registry.commands.find(
    ({ path: [, name] }) => name !== undefined && matches(registry, typed, name),
  );
  return found?.path.join(' ');
}

/** The name that a mistyped word is closest to, as itself or as one of its aliases. */
function closest(
  typed: string,
  names: readonly string[],
  registry: Registry,
  maxEdits?: number,
): string | undefined {
  const nameByWord = new Map(
    names.flatMap((name) => [name, ...aliasesOf(registry, name)].map((word) => [word, name])),
  );
  const word = mostSimilar(typed, [...nameByWord.keys()], maxEdits);
  return word === undefined ? undefined : nameByWord.get(word);
}

export function unknownOption(level: Level, token: string): LumioError {
  const command = commandAt(level);
  const isAfterUnknownWord = command === undefined && level.args[0]?.startsWith('-') === false;
  if (isAfterUnknownWord) return unknownCommand(level);
  const known = optionsAt(command);
  const boolean = booleanWithValue(token, level.argv, known);
  if (boolean !== undefined)
    return failure(
      level,
      'option_takes_no_value',
      `${boolean} doesn't accept a value.`,
      `Use ${boolean} alone, or remove it.`,
    );
  const flag = token.split('=', 1)[0] ?? '';
  const hint = hintForFlag(flag, level, [...known.keys()]);
  const isRepeated =
    isPlainWord(flag) ||
    ownersOf(flag, level.registry).length > 0 ||
    mostSimilar(flag, [...known.keys()].filter(isLong), maxRepeatedEdits) !== undefined;
  const message = isRepeated ? `Unknown option "${flag}".` : 'Unknown option.';
  return failure(
    level,
    'unknown_option',
    message,
    hint ?? (isRepeated && isLong(flag) ? undefined : hintForValue(command)),
  );
}

function isLong(flag: string): boolean {
  return flag.startsWith('--');
}

/** Flag → whether it accepts a value. */
type KnownOptions = ReadonlyMap<string, boolean>;

function optionsAt(command: Command | undefined): KnownOptions {
  const specs = [...Object.values(command?.options ?? {}), ...Object.values(globalOptions)];
  const known = new Map<string, boolean>();
  for (const spec of specs)
    for (const flag of spellingsOf(spec)) known.set(flag, /[<[]/.test(spec.flags));
  for (const { flags } of Object.values(parserOptions))
    for (const flag of flags.split(', ')) if (!known.has(flag)) known.set(flag, false);
  return known;
}

/** `--json=false`, `-q=x`, and `-yq=x`, of which commander leaves `-=x`. */
function booleanWithValue(
  token: string,
  argv: readonly string[],
  known: KnownOptions,
): string | undefined {
  const [name = ''] = token.split('=', 1);
  if (name === token) return undefined;
  const value = token.slice(name.length);
  const group =
    name === '-' ? argv.find((word) => /^-\w+=/.test(word) && word.endsWith(value)) : undefined;
  const flag = group === undefined ? name : `-${group.charAt(group.indexOf('=') - 1)}`;
  return known.get(flag) === false ? flag : undefined;
}

function hintForFlag(flag: string, level: Level, known: readonly string[]): string | undefined {
  const owners = commandAt(level) === undefined ? ownersOf(flag, level.registry) : [];
  const later = owners.find(({ path }) =>
    path.every((name) => level.argv.some((word) => matches(level.registry, word, name))),
  );
  if (later !== undefined) return `Put ${flag} after the command: ${later.usage}`;
  const otherCase = known.find(
    (one) => one.length === 2 && one !== flag && one.toLowerCase() === flag.toLowerCase(),
  );
  if (otherCase !== undefined) return `Did you mean ${otherCase}?`;
  const [owner] = owners;
  if (owner !== undefined) return `${flag} is a command option: ${owner.usage}`;
  const similar = isLong(flag) ? mostSimilar(flag, known.filter(isLong)) : undefined;
  return similar && `Did you mean ${similar}?`;
}

function hintForValue(command: Command | undefined): string | undefined {
  const args = Object.values(command?.args ?? {});
  if (args.length === 0) return undefined;
  const stdin = args.some(({ isSecret }) => isSecret === true) ? ', or pass it on stdin' : '';
  return `If it is a value that starts with "-", put "--" before it${stdin}.`;
}

interface Owner {
  readonly path: readonly string[];
  readonly usage: string;
}

function ownersOf(flag: string, { commands }: Registry): readonly Owner[] {
  return commands.flatMap(({ path, options }) => {
    const spec = Object.values(options).find((one) => spellingsOf(one).includes(flag));
    if (spec === undefined) return [];
    return [{ path, usage: `${nameOf(path)} ${flag}${spec.flags.includes('<') ? ' …' : ''}` }];
  });
}

export function excessArguments(level: Level): LumioError {
  const accepted = Object.keys(commandAt(level)?.args ?? {}).length;
  const passed = level.args.length;
  const expected = ['no arguments', '1 argument'][accepted] ?? `${accepted} arguments`;
  return failure(
    level,
    'excess_arguments',
    `${nameOf(level.path)} accepts ${expected}, ` +
      `but ${passed} ${passed === 1 ? 'was' : 'were'} passed.`,
    hintForExcess(level, accepted),
  );
}

/** gh accepts fields after --json; other tools accept the extension as an argument everywhere. */
function hintForExcess(level: Level, accepted: number): string | undefined {
  const last = level.args.at(-1) ?? '';
  if (level.argv[level.argv.indexOf(last) - 1] === '--json')
    return '--json accepts no fields. Select fields with --query, a JMESPath expression.';
  const options = Object.values(commandAt(level)?.options ?? {});
  const hasExtension = options.some(({ flags }) => longFlag(flags) === '--extension');
  return accepted === 0 && hasExtension ? 'Specify the extension with --extension.' : undefined;
}

export function missingValue(level: Level, flags: string): LumioError {
  const value = /<.*>/.exec(flags)?.[0] ?? '<value>';
  return failure(level, 'option_missing_argument', `${longFlag(flags)} needs a value: ${value}.`);
}

function failure(level: Level, code: string, message: string, hint?: string): LumioError {
  return new LumioError('usage', { code, message, hint, next: `${nameOf(level.path)} --help` });
}

function nameOf(path: readonly string[]): string {
  return ['lumio', ...path].join(' ');
}

function commandAt({ registry, path }: Level): Command | undefined {
  return findCommand(registry.commands, path);
}
