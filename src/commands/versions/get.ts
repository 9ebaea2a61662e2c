import { defineCommand, result } from '../../cli/command.ts';
import { fieldsOf } from '../../terminal/view.ts';
import { extensionOption, versionArgument } from '../shared-options.ts';

export const versionsGet = defineCommand({
  path: ['versions', 'get'],
  summary: 'Show one version',
  args: { version: versionArgument },
  options: { extension: extensionOption },
  examples: {
    'lumio versions get 1.2.0': 'Show version 1.2.0',
    'lumio versions get latest --query version.status':
      'Print only the status of the highest version',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve(options.extension);
    const { requireVersion } = await import('../../deploy/versions.ts');
    const { versions } = await (await ctx.client()).listVersions(target.id);
    const version = requireVersion(versions, args.version, target, ctx.host.cwd);
    return result({ version }, (data) => [fieldsOf(data.version)]);
  },
});
