import { defineCommand, duration, positiveDuration, type Result, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import { type Cell, type View, dim, fields, line, table } from '../terminal/view.ts';
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
    watch: positiveDuration(
      duration('--watch [interval]', 'again and again (every 30s unless said otherwise)', {
        preset: '30s',
      }),
    ),
  },
  examples: [
    { command: 'lumio installs stats', text: 'The linked extension' },
    {
      command: 'lumio installs stats --watch 10s',
      text: 'Look again every ten seconds, until Ctrl-C',
    },
    { command: 'lumio installs stats --query active', text: 'One number, for a script' },
  ],
  errors: ['auth', 'not_found'],
  json: 'the answer of GET /extensions/:id/installs: {"total", "active", "byVersion"}, and "inactive", "versions": [{"id", "version", "count", "share"}]; with --watch one document per line',
  run: (_args, options, ctx) => watch(options, ctx),
});

async function* watch(
  options: { extension: string | undefined; watch: number | undefined },
  ctx: Context,
): AsyncGenerator<Result> {
  const target = await ctx.target.resolve(options.extension);
  let shares: Shares | undefined = await readShares(target.id, ctx);
  if (options.watch === undefined) return void (yield result(shares, show));
  for (;;) {
    const at = new Date(ctx.host.clock.now()).toISOString();
    if (shares !== undefined)
      yield result(shares, (data) => [...show(data), line(dim(`As of ${at}`))], { isUpdate: true });
    await ctx.host.clock.sleep(options.watch, ctx.host.signal);
    shares = await readShares(target.id, ctx).catch((thrown: unknown) => survive(thrown, ctx));
  }
}

/** What may be over at the next look does not end the watch. */
function survive(thrown: unknown, ctx: Context): undefined {
  if (
    !(thrown instanceof LumioError) ||
    !['network', 'rate_limited', 'unexpected_response'].includes(thrown.kind)
  )
    throw thrown;
  ctx.log.note(`Could not look, the watch goes on: ${thrown.message}`);
}

interface Shares {
  readonly total: number;
  readonly active: number;
  readonly inactive: number;
  readonly versions: readonly VersionShare[];
}

async function readShares(id: string, ctx: Context): Promise<Shares> {
  const client = await ctx.client();
  const [installs, { versions }] = await Promise.all([
    client.getInstalls(id),
    client.listVersions(id),
  ]);
  const shares = Object.entries(installs.byVersion)
    .map(([versionId, count]): VersionShare => ({
      id: versionId,
      version: versions.find((entry) => entry.id === versionId)?.version ?? null,
      count,
      share: installs.active === 0 ? 0 : count / installs.active,
    }))
    .sort((a, b) => b.count - a.count);
  return { ...installs, inactive: installs.total - installs.active, versions: shares };
}

function show({ total, active, inactive, versions }: Shares): View {
  return [
    fields([
      ['Total', total],
      ['Active', active],
      ['Inactive', inactive],
    ]),
    table(
      [
        { label: 'Version' },
        { label: 'Active', align: 'right' },
        { label: 'Share', align: 'right' },
        { label: '' },
        { label: 'ID', flexible: true, spare: true },
      ],
      versions.map(rowOf),
      'No version is installed.',
    ),
  ];
}

function rowOf(entry: VersionShare): Cell[] {
  // Where the list does not know it, its id is all there is to tell it by, and the column of ids is left out where there is no room.
  return [
    entry.version ?? entry.id,
    entry.count,
    { kind: 'share', share: entry.share },
    { kind: 'bar', share: entry.share },
    entry.id,
  ];
}
