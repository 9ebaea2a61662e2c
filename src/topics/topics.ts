/** `lumio help …`: a command, a group or a topic, as text and as data. */
import { commandsBelow, matches, type Registry } from '../cli/command.ts';
import {
  globalOptionRows,
  helpText,
  joinSections,
  section,
  wrap,
  type HelpLayout,
  type Row,
} from '../cli/help.ts';
import { LumioError } from '../errors.ts';
import { mostSimilar } from '../shared/similar.ts';
import { describeCommand, describeTree, listExitCodes } from './describe.ts';
import { environment } from './environment.ts';

interface Help {
  readonly text: string;
  readonly data: unknown;
}

interface Page {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly note: string;
  readonly data: unknown;
}

const topics: Readonly<Record<string, (registry: Registry) => Page | Promise<Page>>> = {
  options: (registry) => ({
    title: 'Options of every command',
    rows: globalOptionRows(),
    note: 'Pass them before or after the command. An option overrides its environment variable.',
    data: { options: describeTree(registry, '').options },
  }),
  environment: (registry) => {
    const variables = environment(registry);
    return {
      title: 'Environment variables',
      rows: variables.map(({ name, meaning, option }): Row => [
        name,
        option === undefined ? meaning : `${meaning} (same as ${option})`,
      ]),
      note: 'An option overrides its variable. An empty variable counts as not set.',
      data: { environment: variables },
    };
  },
  'exit-codes': () => {
    const exitCodes = listExitCodes();
    return {
      title: 'Exit codes',
      rows: exitCodes.map(({ code, meanings }): Row => [String(code), meanings.join('; ')]),
      note: 'With --json an error is also on stderr as {"error": {"code", "message", "status", …}}.',
      data: { exitCodes },
    };
  },
  faults: async () => {
    const { listFaults } = await import('../sandbox/faults.ts');
    const { faults, endpoints } = listFaults();
    return {
      title: 'Faults of the sandbox (--fault <endpoint>=<fault>[:<count>][@<seconds>])',
      rows: faults.map(({ name, description, example }): Row => [
        name,
        `${description}, as in --fault ${example}`,
      ]),
      note: `A fault applies to the next <count> requests to the endpoint, or to all. Pass --fault several times for several faults, which apply in order. Endpoints: ${endpoints.join(', ')}, or * for all.`,
      data: { faults, endpoints },
    };
  },
  json: ({ commands }) => ({
    title: 'JSON document of each command (--json)',
    rows: commands.map(({ path, json }): Row => [`lumio ${path.join(' ')}`, json]),
    note: 'API responses are printed key for key, nulls included. --query filters the document with a JMESPath expression.',
    data: { documents: commands.map(({ path, json }) => ({ command: path.join(' '), json })) },
  }),
};

/**
 * @param words after `lumio help`
 * @param version of lumio
 * @throws LumioError usage when there is no such command and no such topic
 */
export async function helpOn(
  words: readonly string[],
  registry: Registry,
  { version, layout }: { readonly version: string; readonly layout: HelpLayout },
): Promise<Help> {
  const [first = '', ...rest] = words;
  const createPage = Object.hasOwn(topics, first) && rest.length === 0 ? topics[first] : undefined;
  if (createPage !== undefined) return helpOf(await createPage(registry), layout);
  if (words.length === 0)
    return { text: helpText(registry, [], layout), data: describeTree(registry, version) };
  const command = registry.commands.find(
    ({ path }) =>
      path.length === words.length &&
      path.every((name, at) => matches(registry, words[at] ?? '', name)),
  );
  if (command !== undefined) {
    const data = describeCommand(registry, command);
    return { text: helpText(registry, command.path, layout), data };
  }
  const group = registry.groups.find(({ name }) => matches(registry, first, name));
  if (group === undefined || rest.length > 0) throw unknownTopic(words, registry);
  const commands = commandsBelow(registry, [group.name]).map((one) =>
    describeCommand(registry, one),
  );
  return { text: helpText(registry, [group.name], layout), data: { ...group, commands } };
}

function helpOf({ title, rows, note, data }: Page, layout: HelpLayout): Help {
  const text = joinSections([section(title, rows, layout), wrap(note, layout.width)]);
  return { text, data };
}

function unknownTopic(words: readonly string[], registry: Registry): LumioError {
  const names = [
    ...Object.keys(topics),
    ...registry.groups.map(({ name }) => name),
    ...registry.commands.map(({ path }) => path.join(' ')),
  ];
  const similar = mostSimilar(words.join(' '), names);
  return new LumioError('usage', {
    code: 'unknown_topic',
    message: 'No command or topic has this name.',
    hint: `${similar === undefined ? '' : `Did you mean ${similar}? `}Topics: ${Object.keys(topics).join(', ')}. Run "lumio commands" to list the commands.`,
    next: 'lumio help',
  });
}
