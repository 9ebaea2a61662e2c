import { defineCommand, result, strings } from '../cli/command.ts';
import { version } from '../../package.json';

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
    'lumio help exit-codes': 'What a script can branch on',
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
