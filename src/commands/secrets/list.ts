import { defineCommand, result } from '../../cli/command.ts';
import { table } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const secretsList = defineCommand({
  path: ['secrets', 'list'],
  summary: 'List the names of the secrets; values are never shown',
  args: {},
  options: { extension: extensionOption },
  examples: [{ command: 'lumio secrets list', text: 'The names, one a line' }],
  errors: ['auth', 'not_found'],
  json: 'the answer of GET /extensions/:id/secrets: {"keys": [...]}',
  async run(_args, options, ctx) {
    const target = await ctx.target.resolve(options.extension);
    const answer = await (await ctx.client()).listSecrets(target.id);
    return result(answer, ({ keys }) => [
      table(
        [{ label: 'Key', flexible: true }],
        keys.map((key) => [key]),
        'No secrets yet. "lumio secrets set <key>" sets one.',
      ),
    ]);
  },
});
