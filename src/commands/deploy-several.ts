/** `deploy` with several folders: one report, one document, and an exit code that tells whether all went well. */
import { type Result, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { DeployReport, DeployDeps } from '../deploy/deploy.ts';
import type { Address, DryRun } from '../deploy/dry-run.ts';
import type { BatchItem, SharedRequest } from '../deploy/batch-projects.ts';
import { LumioError } from '../errors.ts';
import { deployTeller } from './deploy-events.ts';
import { factsOf, showSeveral } from './deploy-views.ts';

/** What deploys reach the server and the account with. */
export function worldOf(extension: string | undefined, ctx: Context): DeployDeps {
  return {
    host: ctx.host,
    client: ctx.client,
    target: (manifest) => ctx.target.resolve(extension, manifest),
    apiUrl: ctx.options.apiUrl,
    prechecks: [
      (manifest) => ctx.target.named(extension, manifest),
      () => ctx.credentials.active(),
    ],
    missing: ctx.options.interactive ? 'first' : 'all',
  };
}

/** What dry runs name the request with. @throws LumioError usage, for an address that no request could go to */
export async function addressOf(extension: string | undefined, ctx: Context): Promise<Address> {
  const { parseApiUrl } = await import('../api/api-url.ts');
  return {
    baseUrl: parseApiUrl(ctx.options.apiUrl),
    named: (manifest) => ctx.target.named(extension, manifest),
  };
}

/** Where the page of an extension is, if the API in use has one. */
export async function dashboards({
  options,
}: Context): Promise<(id: string) => string | undefined> {
  const { dashboardOf } = await import('../api/api-url.ts');
  return (id) => dashboardOf(id, options.apiUrl);
}

/** @param folders as given */
export async function deployFolders(
  folders: readonly string[],
  request: SharedRequest,
  { extension, dryRun }: { readonly extension: string | undefined; readonly dryRun: boolean },
  ctx: Context,
): Promise<Result> {
  const room = await import('../deploy/index.ts');
  room.checkSeveral(extension, ctx.host.env);
  const attempts = dryRun
    ? await room.dryRunBatch(folders, request, await addressOf(undefined, ctx), ctx.host)
    : await deployEach(folders, request, ctx);
  if (dryRun)
    for (const { folder, error } of attempts)
      if (error !== undefined) await ctx.log.error(inFolder(folder, error));
  const deploys = await documentsOf(attempts);
  const dashboardOf = await dashboards(ctx);
  await (
    await ctx.github()
  )?.reportDeploys(
    attempts.map((attempt) => factsOf(attempt, dashboardOf)),
    deploys,
  );
  const failures = attempts.flatMap(({ error }) => error ?? []);
  const next = attempts.flatMap(({ folder, report }) =>
    report === undefined || report.outcome === 'dry-run'
      ? []
      : room
          .nextSteps(report, room.followUpIn(folder, report.extension.id, ctx.options.apiUrl))
          .slice(0, 1),
  );
  return result({ deploys, failed: failures.length }, () => showSeveral(attempts), {
    next,
    exitCode: failures[0]?.exitCode ?? 0,
  });
}

async function deployEach(
  folders: readonly string[],
  request: SharedRequest,
  ctx: Context,
): Promise<BatchItem<DeployReport>[]> {
  const { deployBatch } = await import('../deploy/index.ts');
  await ctx.credentials.active();
  const teller = await deployTeller(ctx);
  const onFolder = (folder: string) => {
    const events = teller.next();
    ctx.log.note(folder);
    return events;
  };
  const onFailed = async (folder: string, error: LumioError): Promise<void> => {
    teller.close();
    await ctx.log.error(inFolder(folder, error));
  };
  return deployBatch(folders, request, worldOf(undefined, ctx), { onFolder, onFailed });
}

/** An error of one folder, named after it. */
function inFolder(folder: string, error: LumioError): LumioError {
  const { message } = error.problem;
  return message.startsWith(folder)
    ? error
    : new LumioError(error.kind, {
        ...error.problem,
        message: `${folder}: ${message}`,
        cause: error,
      });
}

async function documentsOf(
  attempts: readonly BatchItem<DeployReport | DryRun>[],
): Promise<unknown[]> {
  const [{ problemDocument }, { documentOf }] = await Promise.all([
    import('../terminal/problem.ts'),
    import('../deploy/index.ts'),
  ]);
  return attempts.map((attempt) => ({
    ...documentOf(attempt),
    ...(attempt.error && problemDocument(attempt.error)),
  }));
}
