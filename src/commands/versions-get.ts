import { defineCommand, required, result } from '../command.ts';
import { fieldsOf } from '../ui/record.ts';
import { extensionOption } from './shared-options.ts';
import { versionNotFound } from './version-not-found.ts';

export const versionsGet = defineCommand({
  path: ['versions', 'get'],
  summary: 'Show one version',
  args: {
    version: required('<version>', 'its number or id, or "latest"', { completes: 'version' }),
  },
  options: { extension: extensionOption },
  examples: [
    { command: 'lumio versions get 1.2.0', text: 'By number' },
    {
      command: 'lumio versions get latest --query version.status',
      text: 'The status of the newest one, bare',
    },
  ],
  errors: ['auth', 'not_found'],
  json: '{"version": {…}}, the entry of GET /extensions/:id/versions',
  async run(args, options, ctx) {
    const target = await ctx.target(options.extension);
    const { findVersion } = await ctx.rooms.deploy();
    const { versions } = await (await ctx.client()).listVersions(target.id);
    const version = findVersion(versions, args.version);
    if (version === undefined) throw await versionNotFound(versions, args.version, target, ctx);
    return result({ version }, (data) => [fieldsOf(data.version)]);
  },
});
