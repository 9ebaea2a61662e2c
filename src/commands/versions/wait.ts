import { defineCommand, duration, requiredString, result } from '../../cli/command.ts';
import type { LumioError } from '../../errors.ts';
import { line, status, strong } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';
import { versionNotFound } from './not-found.ts';

const defaultWaitMs = 15 * 60_000;

export const versionsWait = defineCommand({
  path: ['versions', 'wait'],
  summary: 'Wait until the review has decided about a version',
  details:
    'Approved ends with exit code 0, rejected with 7, and when the time is over with 8 and the command that waits on. Failed polls are survived.',
  args: {
    version: requiredString('<version>', 'its number or id, or "latest"', {
      completion: 'version',
    }),
  },
  options: {
    extension: extensionOption,
    for: duration('--for <duration>', 'how long to wait (default: 15m)'),
  },
  examples: [
    { command: 'lumio versions wait latest', text: 'Wait for the newest version' },
    { command: 'lumio versions wait 1.3.0 --for 1h', text: 'Be patient' },
  ],
  errors: ['auth', 'not_found', 'rejected', 'timed_out'],
  json: '{"version": {…}}, the approved version',
  async run(args, options, ctx) {
    const target = await ctx.target.resolve(options.extension);
    const client = await ctx.client();
    const { followUpFor, findVersion, waitForReview } = await import('../../deploy/index.ts');
    const { versions } = await client.listVersions(target.id);
    const found = findVersion(versions, args.version);
    if (found === undefined) throw await versionNotFound(versions, args.version, target, ctx);
    const progress = await ctx.progress();
    const step = progress.step(`Waiting for the review of ${found.version}`);
    const version = await waitForReview(client, {
      extensionId: target.id,
      version: found,
      again: followUpFor({}, target, { cwd: ctx.host.cwd, apiUrl: ctx.options.apiUrl }),
      timeoutMs: options.for ?? defaultWaitMs,
      clock: ctx.host.clock,
      signal: ctx.host.signal,
      onChange: (seen) => {
        if (seen.status === 'rejected') step.fail(`Review of ${seen.version}: rejected`);
        else if (seen.status !== 'approved')
          step.stage(`Waiting for the review of ${seen.version}: ${seen.status}`);
      },
      onTrouble: (error: LumioError) =>
        progress.note(`A poll failed, the wait goes on: ${error.message}`),
    });
    step.close();
    return result({ version }, (data) => [
      line(strong(data.version.version), status(data.version.status)),
    ]);
  },
});
