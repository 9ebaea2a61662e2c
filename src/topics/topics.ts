/** `lumio help …`: a command, a group or a topic, as text and as data. */
import {
  commandsBelow,
  findCommand,
  matches,
  resolveNames,
  type Registry,
} from '../cli/command.ts';
import type { HelpLayout, Row, Topic } from '../cli/help.ts';
import { LumioError, listExitCodes } from '../errors.ts';
import { mostSimilar } from '../shared/similar.ts';
import { environment, ignoreFile, precedence, settingRow, settings } from './configuration.ts';
import { describeCommand, describeTree } from './describe.ts';
import { documentSchema } from './documents.ts';
import { errorDocument } from './json-schema.ts';

interface Help {
  readonly text: string;
  readonly data: unknown;
}

interface Page {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly data: unknown;
}

const topics: Readonly<Record<Topic, (registry: Registry) => Page | Promise<Page>>> = {
  options: async (registry) => ({
    title: 'Global options',
    rows: (await import('../cli/help.ts')).globalOptionRows(),
    notes: ['Pass them before or after the command. An option overrides its environment variable.'],
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
      notes: ['An option overrides its variable. An empty variable counts as unset.'],
      data: { environment: variables },
    };
  },
  'exit-codes': () => {
    const exitCodes = listExitCodes();
    return {
      title: 'Exit codes',
      rows: exitCodes.map(({ code, meanings }): Row => [String(code), meanings.join('; ')]),
      notes: ['With --json an error is on stderr as {"error": {"code", "message", "status", …}}.'],
      data: { exitCodes },
    };
  },
  faults: async () => {
    const { listFaults } = await import('../sandbox/faults.ts');
    const { faults, endpoints } = listFaults();
    return {
      title: 'Sandbox faults: --fault <endpoint>=<fault>[:<count>][@<seconds>]',
      rows: faults.map(({ name, description }): Row => [name, description]),
      notes: [
        'A fault applies to the next <count> requests to the endpoint, or to all, as in ' +
          '--fault submitVersion=429:2@5. Pass --fault several times for several faults, which ' +
          'apply in order.',
        `Endpoints: ${endpoints.join(', ')}, or * for all.`,
      ],
      data: { faults, endpoints },
    };
  },
  json: ({ commands }) => ({
    title: 'JSON Schema of each document (--json)',
    rows: commands.map(({ path, summary }): Row => [`lumio help json ${path.join(' ')}`, summary]),
    notes: [
      'API responses are printed key for key, nulls included. Errors are on stderr: ' +
        '"lumio help json error".',
      '--query filters the document with a JMESPath expression.',
    ],
    data: {
      documents: commands.map(({ path }) => ({
        command: path.join(' '),
        schema: documentSchema(path),
      })),
      error: errorDocument,
    },
  }),
  configuration: () => ({
    title: 'Files that lumio reads',
    rows: settings.map(settingRow),
    notes: [ignoreFile, precedence],
    data: { settings },
  }),
  'secret-scan': async () => {
    const { allSecretRules } = await import('../archive/secret-rules.ts');
    const rules = allSecretRules();
    return {
      title: 'Secret scan rules',
      rows: rules.map(({ id, message, example, isWarning }): Row => [
        id,
        `${message}: ${example}${isWarning === true ? ' (warning only)' : ''}`,
      ]),
      notes: [
        'lumio deploy and lumio pack scan every file that they pack, and fail if a rule ' +
          'finds something.',
        'To pack the file anyway, pass --allow <rule>, a path or a glob, ' +
          'or set "allow" under "lumio" in package.json.',
      ],
      data: { rules },
    };
  },
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
  const { helpText, topicNames } = await import('../cli/help.ts');
  const topic = rest.length === 0 ? topicNames.find((name) => name === first) : undefined;
  if (topic !== undefined) return helpOf(await topics[topic](registry), layout);
  if (first === 'json') return helpOnDocument(rest, registry);
  if (words.length === 0)
    return { text: helpText(registry, [], layout), data: describeTree(registry, version) };
  const command = findCommand(registry.commands, resolveNames(registry, words));
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

/** `lumio help json versions list`: the schema itself, as text too. */
function helpOnDocument(words: readonly string[], registry: Registry): Help {
  const command = findCommand(registry.commands, resolveNames(registry, words));
  if (command === undefined && words.join(' ') !== 'error') throw unknownTopic(words, registry);
  const data = command === undefined ? errorDocument : documentSchema(command.path);
  return { text: `${JSON.stringify(data, null, 2)}\n`, data };
}

async function helpOf({ title, rows, notes, data }: Page, layout: HelpLayout): Promise<Help> {
  const { joinSections, section, wrap } = await import('../cli/help.ts');
  const paragraphs = notes.map((note) => wrap(note, layout.width));
  const text = joinSections([section(title, rows, layout), ...paragraphs]);
  return { text, data };
}

function unknownTopic(words: readonly string[], registry: Registry): LumioError {
  const topicNames = Object.keys(topics);
  const names = [
    ...topicNames,
    ...registry.groups.map(({ name }) => name),
    ...registry.commands.map(({ path }) => path.join(' ')),
  ];
  const typed = words.join(' ');
  const similar =
    mostSimilar(typed, names) ??
    (typed.length > 2 ? names.find((name) => name.startsWith(typed)) : undefined);
  return new LumioError('usage', {
    code: 'unknown_topic',
    message: 'No command or topic has this name.',
    hint:
      `${similar === undefined ? '' : `Did you mean ${similar}? `}Topics: ` +
      `${topicNames.join(', ')}. Run "lumio commands" to list the commands.`,
    next: `lumio help${similar === undefined ? '' : ` ${similar}`}`,
  });
}
