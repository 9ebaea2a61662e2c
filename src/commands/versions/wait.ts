import { defineCommand, duration, result } from '../../cli/command.ts';
import { followSteps } from '../../deploy/steps.ts';
import { followUpFor } from '../../project/follow-up.ts';
import { deployProgress } from '../deploy-progress.ts';
import { line, status, strong } from '../../terminal/view.ts';
import { extensionOption, versionArgument } from '../shared-options.ts';

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
      import('../../deploy/versions.ts'),
      import('../../deploy/review.ts'),
    ]);
    const { clock, cwd } = ctx.host;
    const deadlineMs = clock.monotonicMs() + (options.for ?? defaultWaitMs);
    const { versions } = await client.listVersions(target.id, { deadlineMs });
    const followUp = followUpFor({}, target, { cwd, apiUrl: ctx.options.apiUrl });
    const steps = waitForReview(
      {
        extensionId: target.id,
        version: requireVersion(versions, args.version, target, cwd),
        timeoutMs: deadlineMs - clock.monotonicMs(),
        followUp,
      },
      { host: ctx.host, listVersions: client.listVersions },
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
