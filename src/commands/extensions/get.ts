import { defineCommand, result } from '../../cli/command.ts';
import { fieldsOf } from '../../terminal/view.ts';
import { extensionArgument, extensionOption } from '../shared-options.ts';

export const extensionsGet = defineCommand({
  path: ['extensions', 'get'],
  summary: 'Show all fields of an extension',
  args: { extension: extensionArgument },
  options: { extension: extensionOption },
  examples: {
    'lumio extensions get my-scoreboard': 'Show an extension by its slug',
    'lumio extensions get --json': 'Print the linked extension as JSON',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const client = await ctx.client();
    const { extensionOf } = await import('../../api/schemas.ts');
    return result(await client.getExtension(target.id), (response) => [
      fieldsOf(extensionOf(response)),
    ]);
  },
});
