import { defineCommand, result } from '../cli/command.ts';
import { version } from '../../package.json';
import { table } from '../terminal/view.ts';

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
          { label: 'Description', flexible: true, folds: true },
        ],
        commands.map(({ path, summary }) => [`lumio ${path.join(' ')}`, summary]),
        'No commands.',
      ),
    ]);
  },
});
