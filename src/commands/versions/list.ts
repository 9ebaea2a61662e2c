import { defineCommand, result } from '../../cli/command.ts';
import { bytes, status, table, time } from '../../terminal/view.ts';
import {
  extensionArgument,
  extensionOption,
  limitOption,
  limited,
  newestFirst,
} from '../shared-options.ts';

export const versionsList = defineCommand({
  path: ['versions', 'list'],
  summary: 'List the versions of an extension',
  args: { extension: extensionArgument },
  options: { extension: extensionOption, limit: limitOption },
  examples: {
    'lumio versions list': 'List the versions of the linked extension',
    'lumio versions list my-scoreboard --json': 'Specify the extension, and print JSON',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const response = await (await ctx.client()).listVersions(target.id);
    const newest = newestFirst(response.versions, ({ submittedAt }) => submittedAt);
    const shown = limited(newest, options.limit, ctx.log);
    return result({ ...response, versions: shown }, ({ versions }) => [
      table(
        [
          { label: 'Version', identifier: true },
          { label: 'Status' },
          { label: 'Size', align: 'right', spare: true },
          { label: 'Submitted', spare: true },
          { label: 'Approved', spare: true },
          { label: 'ID', identifier: true },
        ],
        versions.map((version) => [
          version.version,
          status(version.status),
          bytes(version.bundleSizeBytes),
          time(version.submittedAt),
          time(version.approvedAt),
          version.id,
        ]),
        'No versions yet. Submit one with lumio deploy.',
      ),
    ]);
  },
});
