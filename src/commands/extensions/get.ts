import { defineCommand, result, string } from '../../cli/command.ts';
import { fieldsOf } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const extensionsGet = defineCommand({
  path: ['extensions', 'get'],
  summary: 'Show all fields of an extension',
  args: {
    extension: string('[extension]', 'Extension ID or slug, the same as -e', {
      completion: 'extension',
    }),
  },
  options: { extension: extensionOption },
  examples: [
    { command: 'lumio extensions get my-scoreboard', text: 'Show an extension by its slug' },
    { command: 'lumio extensions get --json', text: 'Print the linked extension as JSON' },
  ],
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
