import { defineCommand, result } from '../../cli/command.ts';
import { extensionArguments } from '../../project/follow-up.ts';
import { table } from '../../terminal/view.ts';
import { extensionArgument, extensionOption, limitOption, applyLimit } from '../shared-options.ts';

export const secretsList = defineCommand({
  path: ['secrets', 'list'],
  summary: 'List secret names',
  details: 'The API never returns values.',
  args: { extension: extensionArgument },
  options: { extension: extensionOption, limit: limitOption },
  examples: { 'lumio secrets list': 'Print one name per line' },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const response = await (await ctx.client()).call('listSecrets', { id: target.id });
    const named = extensionArguments(target, ctx.host.cwd);
    const shown = applyLimit(response.keys, options.limit, ctx.log);
    return result({ ...response, keys: shown }, ({ keys }) => [
      table(
        [{ label: 'Name', flexible: true, wraps: true }],
        keys.map((key) => [key]),
        `No secrets yet. Set one with "lumio secrets set <name>${named}".`,
      ),
    ]);
  },
});
