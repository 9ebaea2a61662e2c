import { defineCommand, result, strings } from '../cli/command.ts';
import { version } from '../../package.json';
import { table } from '../terminal/view.ts';

export const help = defineCommand({
  path: ['help'],
  summary: 'Explain a command or a topic',
  args: {
    topic: strings('[topic...]', 'Command such as "versions list", or topic such as exit-codes', {
      completion: 'command',
    }),
  },
  options: {},
  examples: {
    'lumio help versions list': 'Same as lumio versions list --help',
    'lumio help exit-codes': 'Show the exit codes that a script can check',
  },
  errors: [],
  async run(args, _options, ctx, registry) {
    const [{ helpOn }, { helpLayout }] = await Promise.all([
      import('../topics/topics.ts'),
      import('../cli/help.ts'),
    ]);
    const layout = await helpLayout(ctx.host, ctx.options.noColor);
    const { text, data } = await helpOn(args.topic, registry, { version, layout });
    return result(data, () => [{ kind: 'text', text }]);
  },
});

export const commandsCommand = defineCommand({
  path: ['commands'],
  summary: 'List all commands',
  details:
    'The JSON document contains everything that a program or agent needs to call lumio: ' +
    'arguments, options, exit codes, examples, environment variables.',
  args: {},
  options: {},
  examples: {
    'lumio commands': 'One line per command',
    "lumio commands --query 'commands[].usage'": 'Usage of each command',
  },
  errors: [],
  async run(_args, _options, _ctx, registry) {
    const { describeTree } = await import('../topics/describe.ts');
    return result(describeTree(registry, version), ({ commands }) => [
      table(
        [
          { label: 'Command', identifier: true },
          { label: 'Description', flexible: true, wraps: true },
        ],
        commands.map(({ path, summary }) => [`lumio ${path.join(' ')}`, summary]),
        'No commands.',
      ),
    ]);
  },
});
