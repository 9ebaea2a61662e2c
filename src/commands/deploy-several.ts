/** `deploy` with several folders: one report, one document, and an exit code that tells whether all went well. */
import { type Result, result } from '../command.ts';
import type { Context } from '../context.ts';
import type { DeployReport, DeployWorld } from '../deploy/deploy.ts';
import type { Address, DryRun } from '../deploy/dry-run.ts';
import type { Attempt, SharedRequest } from '../deploy/several-projects.ts';
import { LumioError } from '../errors.ts';
import { deployTeller } from './deploy-events.ts';
import { factsOf, showSeveral } from './deploy-views.ts';

/** What deploys reach the server and the account with. */
export function worldOf(extension: string | undefined, ctx: Context): DeployWorld {
  return {
    host: ctx.host,
    client: ctx.client,
    target: (manifest) => ctx.target(extension, manifest),
    apiUrl: ctx.globals.apiUrl,
    prechecks: [(manifest) => ctx.namedTarget(extension, manifest), () => ctx.credential()],
    missing: ctx.globals.interactive ? 'first' : 'all',
  };
}

/** What dry runs name the request with. @throws LumioError usage, for an address that no request could go to */
export async function addressOf(extension: string | undefined, ctx: Context): Promise<Address> {
  const { parseApiUrl } = await ctx.rooms.apiUrl();
  return {
    baseUrl: parseApiUrl(ctx.globals.apiUrl),
    named: (manifest) => ctx.namedTarget(extension, manifest),
  };
}

/** Where the page of an extension is, if the API in use has one. */
export async function dashboards({
  rooms,
  globals,
}: Context): Promise<(id: string) => string | undefined> {
  const { dashboardOf } = await rooms.apiUrl();
  return (id) => dashboardOf(id, globals.apiUrl);
}

/** @param folders as given */
export async function deployFolders(
  folders: readonly string[],
  request: SharedRequest,
  { extension, dryRun }: { readonly extension: string | undefined; readonly dryRun: boolean },
  ctx: Context,
): Promise<Result> {
  const room = await ctx.rooms.deploy();
  room.checkSeveral(extension, ctx.host.env);
  const attempts = dryRun
    ? await room.dryRunSeveral(folders, request, await addressOf(undefined, ctx), ctx.host)
    : await deployEach(folders, request, ctx);
  if (dryRun)
    for (const { folder, error } of attempts)
      if (error !== undefined) await ctx.problem(inFolder(folder, error));
  const deploys = await documentsOf(attempts, ctx);
  const dashboardOf = await dashboards(ctx);
  await (
    await ctx.actions()
  )?.reportDeploys(
    attempts.map((attempt) => factsOf(attempt, dashboardOf)),
    deploys,
  );
  const failures = attempts.flatMap(({ error }) => error ?? []);
  const next = attempts.flatMap(({ folder, report }) =>
    report === undefined || report.outcome === 'dry-run'
      ? []
      : room
          .nextSteps(report, room.againIn(folder, report.extension.id, ctx.globals.apiUrl))
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
): Promise<Attempt<DeployReport>[]> {
  const { deploySeveral } = await ctx.rooms.deploy();
  await ctx.credential();
  const teller = await deployTeller(ctx);
  const onFolder = (folder: string) => {
    const events = teller.next();
    ctx.note(folder);
    return events;
  };
  const onFailed = async (folder: string, error: LumioError): Promise<void> => {
    teller.close();
    await ctx.problem(inFolder(folder, error));
  };
  return deploySeveral(folders, request, worldOf(undefined, ctx), { onFolder, onFailed });
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
  attempts: readonly Attempt<DeployReport | DryRun>[],
  ctx: Context,
): Promise<unknown[]> {
  const [{ problemDocument }, { documentOf }] = await Promise.all([
    ctx.rooms.problem(),
    ctx.rooms.deploy(),
  ]);
  return attempts.map((attempt) => ({
    ...documentOf(attempt),
    ...(attempt.error && problemDocument(attempt.error)),
  }));
}
