import { version } from '../shared/version.ts';
import { defineCommand, result, strings } from '../cli/command.ts';

const widestHelp = 100;

export const help = defineCommand({
  path: ['help'],
  summary: 'Explain a command, or environment variables, exit codes, JSON documents',
  args: {
    topic: strings(
      '[topic...]',
      'a command such as "versions list", or environment, exit-codes, json',
      { completion: 'command' },
    ),
  },
  options: {},
  examples: [
    { command: 'lumio help versions list', text: 'The same as lumio versions list --help' },
    { command: 'lumio help exit-codes', text: 'What a script can branch on' },
  ],
  errors: [],
  json: 'a command as in lumio commands; or {"environment": […]}, {"exitCodes": […]}, {"documents": […]}',
  async run(args, _options, ctx) {
    const { helpOn } = await import('../topics/index.ts');
    const width = Math.min(ctx.host.stdout.columns() ?? 80, widestHelp);
    const { text, data } = helpOn(args.topic, { version, width });
    return result(data, () => [{ kind: 'text', text }]);
  },
});
