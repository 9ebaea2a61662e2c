/** Errors of the parser, told as this tool tells errors. */
import type { CommanderError, Command as Parser } from 'commander';
import { commands } from './commands/index.ts';
import { LumioError } from './errors.ts';

/**
 * @param thrown what the parser threw
 * @param root the parser of the whole tree, after it has parsed
 */
export function usageError(thrown: CommanderError, root: Parser): LumioError {
  const level = deepest(root);
  const next = `${fullName(level)} --help`;
  if (thrown.code === 'commander.help') return noCommand(level, next);
  const message = thrown.message.replace(/^error: /, '').replaceAll("'", '"');
  const [first, ...rest] = message.split('\n');
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '') || undefined;
  if (thrown.code === 'commander.unknownCommand') return unknownCommand(level, suggestion, next);
  if (thrown.code === 'commander.unknownOption' && suggestion === undefined && takesSecret(level)) return maybeSecret(level, next);
  return new LumioError('usage', {
    code: thrown.code.replace(/^commander\./, '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    message: `${capitalised(first ?? message).replace(/\.$/, '')}.`,
    hint: suggestion,
    next,
  });
}

function noCommand(level: Parser, next: string): LumioError {
  const message = level.parent === null ? 'No command was given.' : `${fullName(level)} needs one of: ${childNames(level)}.`;
  return new LumioError('usage', { code: 'missing_command', message, next });
}

function unknownCommand(level: Parser, suggestion: string | undefined, next: string): LumioError {
  const others = level.parent === null ? undefined : `It has: ${childNames(level)}.`;
  return new LumioError('usage', {
    code: 'unknown_command',
    message: `${fullName(level)} has no command "${level.args[0] ?? ''}".`,
    hint: [suggestion, others].filter((part) => part !== undefined).join(' ') || undefined,
    next,
  });
}

function takesSecret(level: Parser): boolean {
  const command = commands.find(({ path }) => path.join(' ') === fullName(level).replace(/^lumio /, ''));
  return Object.values(command?.args ?? {}).some(({ secret }) => secret === true);
}

/** A key that begins with a hyphen looks like an option to the parser, and must not be printed like one. */
function maybeSecret(level: Parser, next: string): LumioError {
  return new LumioError('usage', {
    code: 'unknown_option',
    message: `${fullName(level)} was given an option that it does not have, or a value that begins with "-".`,
    hint: 'Put "--" before a value that begins with "-", or give it through stdin.',
    next,
  });
}

function fullName(level: Parser): string {
  return ancestry(level).map((parser) => parser.name()).join(' ');
}

function childNames(level: Parser): string {
  return level.commands.map((child) => child.name()).join(', ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The command that the words name, as far as they do: a parser keeps the words that stood before it found its own. */
function deepest(level: Parser): Parser {
  const [word = ''] = level.args;
  const child = level.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word));
  return child === undefined ? level : deepest(child);
}

/** From the root down to the command, so that what stands later on the command line wins. */
export function ancestry(parser: Parser): Parser[] {
  return parser.parent === null ? [parser] : [...ancestry(parser.parent), parser];
}
