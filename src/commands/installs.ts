import type { EndpointResponse } from '../api/contract.ts';
import type { Version } from '../api/resources.ts';
import { defineCommand, positiveDuration, type Result, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import { ExactNumber, exactDifference } from '../shared/json.ts';
import { ownValue } from '../shared/object.ts';
import { type Cell, type View, dim, fields, line, table } from '../terminal/view.ts';
import { extensionArgument, extensionOption } from './shared-options.ts';

export type InstallStats = EndpointResponse<'getInstalls'>;

interface VersionShare {
  readonly id: string;
  /** Null if the versions list doesn't contain the id. */
  readonly version: string | null;
  readonly count: number;
  /** Of the active installs, 0 to 1. */
  readonly share: number;
}

export const installsStats = defineCommand({
  path: ['installs', 'stats'],
  summary: 'Show the installs of an extension by version',
  args: { extension: extensionArgument },
  options: {
    extension: extensionOption,
    watch: positiveDuration('--watch [interval]', 'Update until Ctrl-C (default: every 30s)', {
      preset: '30s',
    }),
  },
  examples: {
    'lumio installs stats': 'Show the installs of the linked extension',
    'lumio installs stats --watch 10s': 'Update the numbers every ten seconds',
    'lumio installs stats --query active': 'Print one number for a script',
  },
  errors: ['auth', 'not_found'],
  run: (args, options, ctx) =>
    showInstalls({ argument: args.extension, flag: options.extension }, options.watch, ctx),
});

async function* showInstalls(
  named: { readonly argument: string | undefined; readonly flag: string | undefined },
  watch: number | undefined,
  ctx: Context,
): AsyncGenerator<Result> {
  const { id } = await ctx.target.resolve(named);
  const installs = await readInstalls(id, ctx);
  if (watch === undefined) yield resultOf(installs);
  else yield* watchInstalls(id, installs, watch, ctx);
}

async function* watchInstalls(
  id: string,
  first: Installs,
  intervalMs: number,
  ctx: Context,
): AsyncGenerator<Result> {
  const { clock, signal } = ctx.host;
  let installs: Installs | undefined = first;
  let pauseMs = intervalMs;
  try {
    for (;;) {
      if (installs !== undefined) yield resultOf(installs, new Date(clock.now()).toISOString());
      await clock.sleep(pauseMs, signal);
      pauseMs = intervalMs;
      installs = await readInstalls(id, ctx).catch((thrown: unknown) => {
        pauseMs = Math.max(intervalMs, reportFailedPoll(thrown, ctx).retryAfterMs);
        return undefined;
      });
    }
  } catch (thrown) {
    // Ctrl-C is how a watch ends.
    const reason: unknown = signal.reason;
    if (!(reason instanceof LumioError && reason.kind === 'interrupted')) throw thrown;
  }
}

const temporary = new Set(['network', 'rate_limited', 'unexpected_response']);

/** The next request may succeed. */
function reportFailedPoll(thrown: unknown, { log, host }: Context): LumioError {
  if (host.signal.aborted || !(thrown instanceof LumioError) || !temporary.has(thrown.kind))
    throw thrown;
  log.note(`A request failed; still watching: ${thrown.message}`);
  return thrown;
}

interface Installs {
  /** The response, completed. */
  readonly document: object;
  readonly total: number;
  readonly active: number;
  readonly inactive: number | ExactNumber;
  readonly versions: readonly VersionShare[];
}

async function readInstalls(id: string, ctx: Context): Promise<Installs> {
  const client = await ctx.client();
  const [response, list] = await Promise.all([
    client.call('getInstalls', { id }),
    client.call('listVersions', { id }),
  ]);
  const { total, active } = response;
  const versions = versionShares(response, list.versions);
  const sent = ownValue(response, 'inactive');
  const isCount = typeof sent === 'number' || sent instanceof ExactNumber;
  const inactive = isCount ? sent : exactDifference(total, active);
  // What the server sent is never overwritten.
  const document = { ...response, inactive, versions, ...response };
  return { document, total, active, inactive, versions };
}

function resultOf(installs: Installs, at?: string): Result {
  return result(
    installs.document,
    () => [...viewOf(installs), ...(at === undefined ? [] : [line(dim(`As of ${at}`))])],
    at === undefined ? {} : { isUpdate: true },
  );
}

function viewOf({ total, active, inactive, versions }: Installs): View {
  return [
    fields([
      ['Total', total],
      ['Active', active],
      ['Inactive', typeof inactive === 'number' ? inactive : inactive.text],
    ]),
    table(
      [
        { label: 'Version', identifier: true },
        { label: 'Active', align: 'right' },
        { label: 'Share', align: 'right' },
        { label: '', optional: true },
        { label: 'ID', identifier: true },
      ],
      versions.map((version) => [...shareCells(version), version.id]),
      'No version is installed.',
    ),
  ];
}

/** Most installs first. @param listed maps IDs to version numbers */
export function versionShares(
  { active, byVersion }: Pick<InstallStats, 'active' | 'byVersion'>,
  listed: readonly Pick<Version, 'id' | 'version'>[],
): VersionShare[] {
  const numbers = new Map(listed.map(({ id, version }) => [id, version]));
  return Object.entries(byVersion)
    .map(([id, count]) => ({
      id,
      version: numbers.get(id) ?? null,
      count,
      share: Number.isFinite(count / active) ? count / active : 0,
    }))
    .sort((a, b) => b.count - a.count);
}

export function shareCells({ id, version, count, share }: VersionShare): Cell[] {
  return [version ?? id, count, { kind: 'share', share }, { kind: 'bar', share }];
}
