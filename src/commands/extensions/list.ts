import { defineCommand, result } from '../../cli/command.ts';
import { optional, status, table, time } from '../../terminal/view.ts';

export const extensionsList = defineCommand({
  path: ['extensions', 'list'],
  summary: 'List your extensions',
  args: {},
  options: {},
  examples: [
    { command: 'lumio extensions list', text: 'List all extensions of your account' },
    {
      command: "lumio extensions list --query 'extensions[].slug'",
      text: 'Print only their slugs',
    },
  ],
  errors: ['auth'],
  json: 'the response of GET /extensions: {"extensions": [{"id", "slug", "name", "visibility", "status", …}]}',
  async run(_args, _options, ctx) {
    const client = await ctx.client();
    return result(await client.listExtensions(), ({ extensions }) => [
      table(
        [
          { label: 'Slug' },
          { label: 'Name', flexible: true },
          { label: 'Status' },
          { label: 'Visibility' },
          { label: 'Installs', align: 'right' },
          { label: 'Updated' },
          { label: 'ID', flexible: true, spare: true },
        ],
        extensions.map((extension) => [
          optional(extension.slug),
          optional(extension.name),
          status(extension.status),
          optional(extension.visibility),
          optional(extension.installCount),
          time(extension.updatedAt),
          extension.id,
        ]),
        'No extensions yet. Create one with "lumio extensions create --name <name>".',
      ),
    ]);
  },
});
