import { defineCommand, result } from '../../cli/command.ts';
import {
  limitOption,
  applyLimit,
  newestFirst,
  extensionArgument,
  extensionOption,
} from '../shared-options.ts';
import { optional, status, table, time, untrusted, fieldsOf } from '../../terminal/view.ts';

export const extensionsList = defineCommand({
  path: ['extensions', 'list'],
  summary: 'List your extensions',
  args: {},
  options: { limit: limitOption },
  examples: {
    'lumio extensions list': 'List all extensions of your account',
    "lumio extensions list --query 'extensions[].slug'": 'Print only their slugs',
  },
  errors: ['auth'],
  async run(_args, options, ctx) {
    const response = await (await ctx.client()).call('listExtensions');
    const newest = newestFirst(
      response.extensions,
      ({ updatedAt, createdAt }) => updatedAt ?? createdAt,
    );
    const shown = applyLimit(newest, options.limit, ctx.log);
    return result({ ...response, extensions: shown }, ({ extensions }) => [
      table(
        [
          { label: 'Slug', identifier: true },
          { label: 'Name', flexible: true },
          { label: 'Status' },
          { label: 'Visibility', optional: true },
          { label: 'Installs', align: 'right', optional: true },
          { label: 'Updated', optional: true },
          { label: 'ID', identifier: true },
        ],
        extensions.map((extension) => [
          optional(extension.slug),
          untrusted(extension.name),
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
    return result(await client.call('getExtension', { id: target.id }), (response) => [
      fieldsOf(extensionOf(response)),
    ]);
  },
});
