import { defineCommand, requiredString, result } from '../../cli/command.ts';
import { fieldsOf } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const versionsGet = defineCommand({
  path: ['versions', 'get'],
  summary: 'Show one version',
  args: {
    version: requiredString('<version>', 'its number or id, or "latest"', {
      completion: 'version',
    }),
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
    const target = await ctx.target.resolve(options.extension);
    const { findVersion, versionNotFound } = await import('../../deploy/versions.ts');
    const { versions } = await (await ctx.client()).listVersions(target.id);
    const version = findVersion(versions, args.version);
    if (version === undefined) throw versionNotFound(versions, args.version, target, ctx.host.cwd);
    return result({ version }, (data) => [fieldsOf(data.version)]);
  },
});
