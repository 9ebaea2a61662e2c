import { defineCommand, duration, type Result, result } from '../command.ts';
import type { Context } from '../context.ts';
import { type Cell, fields, none, table } from '../ui/format.ts';
import { extensionOption } from './shared-options.ts';

interface VersionShare {
  readonly id: string;
  /** Null where the versions list does not know the id. */
  readonly version: string | null;
  readonly count: number;
  /** Of the active installs, 0 to 1. */
  readonly share: number;
}

export const installsStats = defineCommand({
  path: ['installs', 'stats'],
  summary: 'Show how many install an extension, and which versions they run',
  args: {},
  options: {
    extension: extensionOption,
    watch: duration('--watch [interval]', 'again and again (every 30s unless said otherwise)', { preset: '30s' }),
  },
  examples: [
    { command: 'lumio installs stats', text: 'The linked extension' },
    { command: 'lumio installs stats --query active', text: 'One number, for a script' },
  ],
  errors: ['auth', 'not_found'],
  json: 'the answer of GET /extensions/:id/installs: {"total", "active", "byVersion"}, and "inactive", "versions": [{"id", "version", "count", "share"}]; with --watch one document per line',
  run: (_args, options, ctx) => watch(options, ctx),
});

async function* watch(options: { extension: string | undefined; watch: number | undefined }, ctx: Context): AsyncGenerator<Result> {
  const target = await ctx.target(options.extension);
  for (;;) {
    yield await stats(target.id, ctx);
    if (options.watch === undefined) return;
    await ctx.host.clock.sleep(options.watch, ctx.host.signal);
  }
}

async function stats(id: string, ctx: Context): Promise<Result> {
  const client = await ctx.client();
  const [installs, { versions }] = await Promise.all([client.getInstalls(id), client.listVersions(id)]);
  const shares = Object.entries(installs.byVersion)
    .map(([versionId, count]): VersionShare => ({
      id: versionId,
      version: versions.find((entry) => entry.id === versionId)?.version ?? null,
      count,
      share: installs.active === 0 ? 0 : count / installs.active,
    }))
    .sort((a, b) => b.count - a.count);
  const data = { ...installs, inactive: installs.total - installs.active, versions: shares };
  return result(data, () => [
    fields([['Total', data.total], ['Active', data.active], ['Inactive', data.inactive]]),
    table(
      [{ label: 'Version' }, { label: 'Active', align: 'right' }, { label: 'Share', align: 'right' }, { label: '' }, { label: 'ID', flexible: true }],
      shares.map(rowOf),
      'No version is installed.',
    ),
  ]);
}

function rowOf(entry: VersionShare): Cell[] {
  return [entry.version ?? none, entry.count, { kind: 'share', share: entry.share }, { kind: 'bar', share: entry.share }, entry.id];
}
