import { version } from '../shared/version.ts';
import { defineCommand, result } from '../cli/command.ts';
import { table } from '../terminal/view.ts';

export const commandsCommand = defineCommand({
  path: ['commands'],
  summary: 'List all commands; with --json their options, errors and examples too',
  details:
    'The JSON document is meant for programs and agents: all there is to know to call lumio rightly.',
  args: {},
  options: {},
  examples: [
    { command: 'lumio commands', text: 'One line per command' },
    { command: "lumio commands --query 'commands[].usage'", text: 'How each is written' },
  ],
  errors: [],
  json: '{"version", "groups", "commands": [{"path", "usage", "summary", "args", "options", "errors", "examples", "json"}], "options", "errors", "exitCodes", "environment"}',
  async run() {
    const { describeTree } = await import('../topics/index.ts');
    return result(describeTree(version), ({ commands }) => [
      table(
        [{ label: 'Command' }, { label: 'What it does', flexible: true, folds: true }],
        commands.map(({ path, summary }) => [`lumio ${path.join(' ')}`, summary]),
        'No commands.',
      ),
    ]);
  },
});
