import type { RequestLimits } from '../api/send-with-retry.ts';
import { defineCommand, result, duration } from '../cli/command.ts';
import { bytes, status, table, time, fieldsOf, line, strong } from '../terminal/view.ts';
import {
  extensionArgument,
  extensionOption,
  limitOption,
  applyLimit,
  newestFirst,
  versionArgument,
} from './shared-options.ts';
import { followSteps } from '../deploy/steps.ts';
import { extensionArguments, followUpFor } from '../project/follow-up.ts';
import { deployProgress } from './deploy-progress.ts';

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
    const response = await (await ctx.client()).call('listVersions', { id: target.id });
    const newest = newestFirst(response.versions, ({ submittedAt }) => submittedAt);
    const named = extensionArguments(target, ctx.host.cwd);
    const shown = applyLimit(newest, options.limit, ctx.log);
    return result({ ...response, versions: shown }, ({ versions }) => [
      table(
        [
          { label: 'Version', identifier: true },
          { label: 'Status' },
          { label: 'Size', align: 'right', optional: true },
          { label: 'Submitted', optional: true },
          { label: 'Approved', optional: true },
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
        `No versions yet. Submit one with "lumio deploy${named}".`,
      ),
    ]);
  },
});

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
    const { requireVersion } = await import('../deploy/versions.ts');
    const { versions } = await (await ctx.client()).call('listVersions', { id: target.id });
    const version = requireVersion(versions, args.version, target, ctx.host.cwd);
    return result({ version }, (data) => [fieldsOf(data.version)]);
  },
});

const defaultWaitMs = 15 * 60_000;

export const versionsWait = defineCommand({
  path: ['versions', 'wait'],
  summary: 'Wait for the review of a version',
  details:
    'Exits with 0 if the version is approved, 7 if it is rejected, and 8 after the ' +
    'timeout. Failed polls are tolerated.',
  args: { version: versionArgument },
  options: {
    extension: extensionOption,
    for: duration('--for <duration>', 'Maximum time to wait (default: 15m)'),
  },
  examples: {
    'lumio versions wait latest': 'Wait for the highest version',
    'lumio versions wait 1.3.0 --for 1h': 'Wait up to an hour',
  },
  errors: ['auth', 'not_found', 'review_rejected', 'timed_out'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve(options.extension);
    const client = await ctx.client();
    const [{ requireVersion }, { waitForReview }] = await Promise.all([
      import('../deploy/versions.ts'),
      import('../deploy/review.ts'),
    ]);
    const { clock, cwd } = ctx.host;
    const deadlineMs = clock.monotonicMs() + (options.for ?? defaultWaitMs);
    const listVersions = (limits: RequestLimits) =>
      client.call('listVersions', { id: target.id }, limits);
    const { versions } = await listVersions({ deadlineMs });
    const followUp = followUpFor({}, target, { cwd, apiUrl: ctx.options.apiUrl });
    const steps = waitForReview(
      {
        version: requireVersion(versions, args.version, target, cwd),
        timeoutMs: deadlineMs - clock.monotonicMs(),
        followUp,
      },
      { host: ctx.host, listVersions },
    );
    const show = await deployProgress(ctx, !ctx.host.stdout.isTerminal);
    const version = await followSteps(steps, show);
    return result(
      { version },
      (data) => [line(strong(data.version.version), status(data.version.status))],
      { next: [`Next: lumio status${followUp.extension}`] },
    );
  },
});
