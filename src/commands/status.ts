import { dashboardOf } from '../api/api-url.ts';
import type { Extension, Version } from '../api/resources.ts';
import { defineCommand, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { carryOptions } from '../cli/global-options.ts';
import { asLumioError } from '../errors.ts';
import { extensionArguments, isDecided } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { formatList } from '../shared/quantities.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import {
  type Cell,
  fields,
  none,
  optional,
  status as statusCell,
  statusLine,
  table,
  time,
  untrusted,
  type View,
} from '../terminal/view.ts';
import { type InstallStats, shareCells, versionShares } from './installs.ts';
import { extensionArgument, extensionOption } from './shared-options.ts';

interface StatusReport {
  readonly extension: Extension;
  /** The version that users get. */
  readonly live: Version | null;
  /** The newest version in review. */
  readonly review: Version | null;
  /** The newest version, if the review rejected it. */
  readonly rejected: Version | null;
  readonly installs: InstallStats | null;
  readonly secrets: readonly string[] | null;
  readonly dashboard: string | null;
  /** The suggested next command. */
  readonly next: string;
  /** What couldn't be loaded. */
  readonly failures: readonly {
    readonly part: 'versions' | 'installs' | 'secrets';
    readonly error: { readonly code: string; readonly message: string };
  }[];
}

const maxSecrets = 10;
const maxVersions = 5;

export const status = defineCommand({
  path: ['status'],
  summary: 'Show the linked extension, its versions, installs and secrets',
  args: { extension: extensionArgument },
  options: { extension: extensionOption },
  examples: {
    'lumio status': 'Show the linked extension',
    'lumio status --query live.version': 'Print only the live version',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const { report, versions } = await load(target, ctx);
    const named = extensionArguments(target, ctx.host.cwd);
    return result(report, (data) => show(data, versions, named), {
      next: [`Next: ${report.next}`],
    });
  },
});

async function load(
  target: Target,
  ctx: Context,
): Promise<{ report: StatusReport; versions: readonly Version[] }> {
  const client = await ctx.client();
  const failures: StatusReport['failures'][number][] = [];
  const optionalPart = async <Part>(
    part: StatusReport['failures'][number]['part'],
    request: Promise<Part>,
  ): Promise<Part | null> => {
    try {
      return await request;
    } catch (thrown) {
      const error = asLumioError(thrown);
      if (error.kind === 'interrupted' || error.kind === 'terminated') throw error;
      failures.push({ part, error: { code: error.problem.code, message: error.message } });
      return null;
    }
  };
  const [{ extensionOf }, response, versionList, installs, secretKeys] = await Promise.all([
    import('../api/schemas.ts'),
    client.call('getExtension', { id: target.id }),
    optionalPart('versions', client.call('listVersions', { id: target.id })),
    optionalPart('installs', client.call('getInstalls', { id: target.id })),
    optionalPart('secrets', client.call('listSecrets', { id: target.id })),
  ]);
  const extension = extensionOf(response);
  const versions = await newestFirst(versionList?.versions ?? []);
  const live =
    versions.find(({ id }) => id === extension.currentVersionId) ??
    versions.find((version) => version.status === 'approved') ??
    null;
  const review = versions.find((version) => !isDecided(version)) ?? null;
  const rejected = versions[0]?.status === 'rejected' ? versions[0] : null;
  const named = { ...target, slug: extension.slug ?? target.slug };
  const report = {
    extension,
    live,
    review,
    rejected,
    installs,
    secrets: secretKeys?.keys ?? null,
    dashboard: dashboardOf(extension.id, ctx.options.apiUrl) ?? null,
    next: carryOptions(nextCommandFor(versions, review, named, ctx.host.cwd), ctx.options),
    failures,
  };
  return { report, versions };
}

async function newestFirst(versions: readonly Version[]): Promise<readonly Version[]> {
  const { compareVersions } = await import('../project/version.ts');
  return versions.toSorted((left, right) => compareVersions(right.version, left.version));
}

function nextCommandFor(
  versions: readonly Version[],
  review: Version | null,
  target: Target,
  cwd: string,
): string {
  const extension = extensionArguments(target, cwd);
  if (review !== null) return `lumio versions wait ${shellQuote(review.version)}${extension}`;
  return versions.length === 0
    ? `lumio deploy${extension}`
    : `lumio deploy --bump patch${extension}`;
}

/** @param named arguments that name the extension */
function show(report: StatusReport, versions: readonly Version[], named: string): View {
  const { extension, live, review, rejected, installs, secrets, dashboard, failures } = report;
  const undecided = versions.filter((version) => !isDecided(version)).length;
  return [
    fields([
      ['Extension', optional(extension.slug ?? extension.id)],
      ['Name', untrusted(extension.name)],
      ['ID', extension.id],
      ['Visibility', optional(extension.visibility)],
      ['Status', statusCell(extension.status)],
      ['Live version', optional(live?.version)],
      ...(live === null ? [] : [['Approved', time(live.approvedAt)] as const]),
      ['In review', optional(review?.version)],
      ...(undecided > 1 ? [['Also in review', undecided - 1] as const] : []),
      ...(review === null
        ? []
        : ([
            ['Review status', statusCell(review.status)],
            ['Submitted', time(review.submittedAt)],
          ] as const)),
      ...(rejected === null
        ? []
        : ([
            ['Last rejected', rejected.version],
            ['Submitted', time(rejected.submittedAt)],
            ['Reason', `in the dashboard ("lumio open${named}")`],
          ] as const)),
      ['Active installs', optional(installs?.active)],
      ['Total installs', optional(installs?.total)],
      ['Secrets', secretsCell(secrets)],
      ...(dashboard === null ? [] : [['Dashboard', dashboard] as const]),
    ]),
    ...installsTable(installs, versions),
    ...failures.map(({ part, error }) =>
      statusLine('warning', `Can't load the ${part}: `, untrusted(error.message)),
    ),
  ];
}

function secretsCell(secrets: readonly string[] | null): Cell {
  return secrets === null || secrets.length === 0 ? none : formatList(secrets, maxSecrets);
}

function installsTable(installs: InstallStats | null, versions: readonly Version[]): View {
  if (installs === null || Object.keys(installs.byVersion).length === 0) return [];
  const rows = versionShares(installs, versions).slice(0, maxVersions).map(shareCells);
  const columns = [
    { label: 'Version', identifier: true },
    { label: 'Installs', align: 'right' },
    { label: 'Share', align: 'right' },
    { label: '', optional: true },
  ] as const;
  return [table(columns, rows, 'No installs yet.')];
}
