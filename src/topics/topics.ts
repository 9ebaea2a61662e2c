/** `lumio help …`: a command, a group, or one of a few topics, as text and as data. */
import { commands, groups, matches } from '../commands/index.ts';
import { LumioError } from '../errors.ts';
import {
  type Row,
  commandHelp,
  groupHelp,
  rootHelp,
  section,
  sections,
  wrap,
} from '../cli/help.ts';
import { mostSimilar } from '../shared/similar.ts';
import { describeCommand, describeTree } from './describe.ts';
import { environment } from './environment.ts';
import { listExitCodes } from './exit-codes.ts';

export interface Help {
  readonly text: string;
  readonly data: unknown;
}

const topics = {
  environment: (width: number): Help => {
    const variables = environment();
    const rows = variables.map(({ name, meaning, option }): Row => [
      name,
      option === undefined ? meaning : `${meaning} (the same as ${option})`,
    ]);
    return {
      text: page(
        'Environment variables',
        rows,
        width,
        'An option that is written counts before its variable; a variable that is empty counts as not set.',
      ),
      data: { environment: variables },
    };
  },
  'exit-codes': (width: number): Help => {
    const exitCodes = listExitCodes();
    const rows = exitCodes.map(({ code, meanings }): Row => [String(code), meanings.join('; ')]);
    return {
      text: page(
        'Exit codes',
        rows,
        width,
        'With --json an error also stands on stderr as {"error": {"code", "message", "status", …}}.',
      ),
      data: { exitCodes },
    };
  },
  json: (width: number): Help => {
    const documents = commands.map(({ path, json }) => ({ command: path.join(' '), json }));
    const rows = documents.map(({ command, json }): Row => [`lumio ${command}`, json]);
    return {
      text: page(
        'The JSON document of each command (--json)',
        rows,
        width,
        'Answers of the API come key for key, nulls included. --query picks a part of the document with a JMESPath expression.',
      ),
      data: { documents },
    };
  },
} as const;

const topicNames: readonly string[] = Object.keys(topics);

/**
 * @param words after `lumio help`
 * @param printing the version of lumio, and the columns that the text may take
 * @throws LumioError usage, when there is no such command and no such topic
 */
export function helpOn(
  words: readonly string[],
  { version, width }: { version: string; width: number },
): Help {
  if (words.length === 0) return { text: rootHelp(width), data: describeTree(version) };
  const [first = '', ...rest] = words;
  const topic = Object.entries(topics).find(([name]) => name === first && rest.length === 0);
  if (topic !== undefined) return topic[1](width);
  const group = groups.find(({ name }) => matches(first, name));
  const command = commands.find(
    ({ path }) =>
      path.length === words.length && path.every((name, at) => matches(words[at] ?? '', name)),
  );
  if (command !== undefined)
    return { text: commandHelp(command, width), data: describeCommand(command) };
  if (group === undefined || rest.length > 0) throw unknown(words);
  const members = commands.filter((candidate) => candidate.path[0] === group.name);
  return {
    text: groupHelp(group, width),
    data: { ...group, commands: members.map(describeCommand) },
  };
}

function page(title: string, rows: readonly Row[], width: number, remark: string): string {
  return sections([section(title, rows, width), wrap(remark, width, '')]);
}

function unknown(words: readonly string[]): LumioError {
  const word = words.join(' ');
  const names = [
    ...topicNames,
    ...groups.map(({ name }) => name),
    ...commands.map(({ path }) => path.join(' ')),
  ];
  const similar = mostSimilar(word, names);
  return new LumioError('usage', {
    code: 'unknown_topic',
    message: `There is no command and no topic "${word}".`,
    hint: `${similar === undefined ? '' : `Did you mean ${similar}? `}The topics are ${topicNames.join(', ')}; "lumio commands" lists the commands.`,
    next: 'lumio help',
  });
}
