/** Errors of the parser, told as this tool tells errors. */
import type { CommanderError, Command as Parser } from 'commander';
import { commands, aliasesOf } from '../commands/index.ts';
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';

/**
 * @param thrown what the parser threw
 * @param root the parser of the whole tree, after it has parsed
 * @param argv what it has parsed
 */
export function usageError(
  thrown: CommanderError,
  root: Parser,
  argv: readonly string[],
): LumioError {
  const level = deepest(root);
  const next = `${fullName(level)} --help`;
  const [first = '', ...rest] = thrown.message.replace(/^error: /, '').split('\n');
  const suggestion = canonical(rest.join(' ').replace(/^\(|\)$/g, ''), level);
  switch (thrown.code) {
    case 'commander.help':
      return noCommand(level, next);
    case 'commander.unknownCommand':
      return unknownCommand(level, suggestion, next);
    case 'commander.unknownOption':
      return (
        flagWithValue(thrown.message, argv, level) ??
        unknownOption(level, { flag: /'(-[^=']*)/.exec(first)?.[1] ?? '', suggestion, next })
      );
    case 'commander.excessArguments':
      return excessArguments(level, argv, next);
    case 'commander.optionMissingArgument':
      return missingValue(first, next);
    default:
      return failure(
        thrown.code
          .replace(/^commander\./, '')
          .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        `${capitalised(first).replaceAll("'", '"').replace(/\.$/, '')}.`,
        suggestion,
        next,
      );
  }
}

/** Whether nothing but a group was written, or nothing at all: not `lumio version`, which asks for something else. */
export function isBareGroup(thrown: CommanderError, root: Parser): boolean {
  return thrown.code === 'commander.help' && !isVersionOfLumio(deepest(root));
}

function isVersionOfLumio({ parent }: Parser): boolean {
  return parent?.args[0] === 'version';
}

function failure(
  code: string,
  message: string,
  hint: string | undefined,
  next: string,
): LumioError {
  return new LumioError('usage', { code, message, hint, next });
}

function noCommand(level: Parser, next: string): LumioError {
  if (level.parent === null)
    return failure('missing_command', 'No command was given.', undefined, next);
  const message = `${fullName(level)} needs one of: ${childNames(level)}.`;
  if (isVersionOfLumio(level))
    return failure(
      'missing_command',
      message,
      'The version of lumio itself is told by lumio --version.',
      next,
    );
  const [only, ...others] = level.commands;
  return failure(
    'missing_command',
    message,
    only === undefined || others.length > 0 ? undefined : `Did you mean ${fullName(only)}?`,
    next,
  );
}

function unknownCommand(level: Parser, suggestion: string | undefined, next: string): LumioError {
  const others = level.parent === null ? undefined : `It has: ${childNames(level)}.`;
  const hint = [suggestion, others].filter((part) => part !== undefined).join(' ') || undefined;
  return failure(
    'unknown_command',
    `${fullName(level)} has no command "${level.args[0] ?? ''}".`,
    hint,
    next,
  );
}

/** What the parser suggests may be another word for a command: then the command is told. */
function canonical(suggestion: string, level: Parser): string | undefined {
  const words = /^Did you mean (?:one of )?(.+)\?$/.exec(suggestion)?.[1]?.split(', ');
  if (words === undefined) return suggestion === '' ? undefined : suggestion;
  const names = new Set(words.map((word) => childOf(level, word)?.name() ?? word));
  return `Did you mean ${names.size > 1 ? 'one of ' : ''}${[...names].join(', ')}?`;
}

function unknownOption(
  level: Parser,
  { flag, suggestion, next }: { flag: string; suggestion: string | undefined; next: string },
): LumioError {
  const owners = level.commands.length === 0 ? [] : ownersOf(flag);
  const hint =
    putLater(level, flag, owners) ??
    otherCase(level, flag) ??
    somebodys(flag, owners) ??
    suggestion;
  if (hint === undefined && takesSecret(level)) return maybeSecret(level, next);
  return failure('unknown_option', `Unknown option "${flag}".`, hint, next);
}

/** `--json=false`, `-q=x`: to the parser an option that it does not know. What was given is not repeated, as it may be a secret. */
function flagWithValue(
  message: string,
  argv: readonly string[],
  level: Parser,
): LumioError | undefined {
  const [, name = '', value = ''] = /'(-[^=]*)(=[^]*)'/.exec(message) ?? [];
  // Of short options in one word, such as -yq=x, the parser tells only what is left of it behind those that it knows.
  const group =
    name === '-' ? argv.find((word) => /^-\w+=/.test(word) && word.endsWith(value)) : undefined;
  const flag = group === undefined ? name : `-${group.charAt(group.indexOf('=') - 1)}`;
  const isFlag = ancestry(level).some(({ options }) =>
    options.some(
      (option) =>
        [option.short, option.long].includes(flag) && !option.required && !option.optional,
    ),
  );
  if (!isFlag && flag !== '--help' && flag !== '-h') return undefined;
  return failure(
    'option_takes_no_value',
    `${flag} takes no value.`,
    `Write ${flag} alone, or leave it out.`,
    `${fullName(level)} --help`,
  );
}

interface Owner {
  readonly path: readonly string[];
  /** The option as it is written there. */
  readonly usage: string;
}

/** The commands that have an option. */
function ownersOf(flag: string): readonly Owner[] {
  return commands.flatMap(({ path, options }) => {
    const spec = Object.values(options).find(({ flags }) => flags.split(/[ ,]+/).includes(flag));
    return spec === undefined
      ? []
      : [{ path, usage: `lumio ${path.join(' ')} ${flag}${spec.flags.includes('<') ? ' …' : ''}` }];
  });
}

/** An option that stands before its command. */
function putLater(level: Parser, flag: string, owners: readonly Owner[]): string | undefined {
  const { args } = rootOf(level);
  const owner = owners.find(({ path }) =>
    path.every((name) => [name, ...aliasesOf(name)].some((word) => args.includes(word))),
  );
  return owner && `Put ${flag} after the command: ${owner.usage}`;
}

function somebodys(flag: string, [owner]: readonly Owner[]): string | undefined {
  return owner && `${flag} stands after a command that has it: ${owner.usage}`;
}

/** `-v` where there is a `-V`. */
function otherCase(level: Parser, flag: string): string | undefined {
  const short = level.options.find(
    (option) => option.short !== undefined && option.short.toLowerCase() === flag.toLowerCase(),
  )?.short;
  return flag.length !== 2 || short === undefined ? undefined : `Did you mean ${short}?`;
}

/** What was given too many may be a key, and is repeated only where none is to be expected. */
function excessArguments(level: Parser, argv: readonly string[], next: string): LumioError {
  const [takes, given] = [level.registeredArguments.length, level.args.length];
  const isRepeatable =
    !takesSecret(level) &&
    level.name() !== 'login' &&
    !level.args.some((word) => word.startsWith('lm_'));
  const words = isRepeatable ? `: ${level.args.map((word) => `"${word}"`).join(', ')}` : '';
  const expected = ['no arguments', '1 argument'][takes] ?? `${takes} arguments`;
  return failure(
    'excess_arguments',
    `${fullName(level)} takes ${expected}, but ${given} ${given === 1 ? 'was' : 'were'} given${words}.`,
    isRepeatable ? placeFor(level, argv) : undefined,
    next,
  );
}

/** What is written as an argument elsewhere, or out of a habit from other tools (gh takes the fields after --json). */
function placeFor(level: Parser, argv: readonly string[]): string | undefined {
  const word = level.args.at(-1) ?? '';
  if (argv[argv.indexOf(word) - 1] === '--json')
    return '--json takes no fields: pick them with --query, a JMESPath expression.';
  const takesExtension =
    level.registeredArguments.length === 0 &&
    level.options.some(({ long }) => long === '--extension');
  return takesExtension
    ? `If the extension is meant: ${fullName(level)} -e ${shellQuote(word)}`
    : undefined;
}

/** @param message of the parser, with the flags as they are defined: `-v, --version <semver>` */
function missingValue(message: string, next: string): LumioError {
  const flags = /'(.*)'/.exec(message)?.[1] ?? message;
  const name = /--[\w-]+/.exec(flags)?.[0] ?? flags;
  return failure(
    'option_missing_argument',
    `${name} needs a value: ${/<.*>/.exec(flags)?.[0] ?? '<value>'}.`,
    undefined,
    next,
  );
}

function takesSecret(level: Parser): boolean {
  const command = commands.find(
    ({ path }) => path.join(' ') === fullName(level).replace(/^lumio /, ''),
  );
  return Object.values(command?.args ?? {}).some(({ isSecret }) => isSecret === true);
}

/** A key that begins with a hyphen looks like an option to the parser, and must not be printed like one. */
function maybeSecret(level: Parser, next: string): LumioError {
  const message = `${fullName(level)} was given an option that it does not have, or a value that begins with "-".`;
  return failure(
    'unknown_option',
    message,
    'Put "--" before a value that begins with "-", or give it through stdin.',
    next,
  );
}

function fullName(level: Parser): string {
  return ancestry(level)
    .map((parser) => parser.name())
    .join(' ');
}

function childNames(level: Parser): string {
  return level.commands.map((child) => child.name()).join(', ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The command that the words name, as far as they do: a parser keeps the words that stood before it found its own. */
export function deepest(level: Parser): Parser {
  const child = childOf(level, level.args[0] ?? '');
  return child === undefined ? level : deepest(child);
}

function childOf(level: Parser, word: string): Parser | undefined {
  return level.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

/** From the root down to the command, so that what stands later on the command line wins. */
export function ancestry(parser: Parser): Parser[] {
  return parser.parent === null ? [parser] : [...ancestry(parser.parent), parser];
}

function rootOf(level: Parser): Parser {
  return level.parent === null ? level : rootOf(level.parent);
}
