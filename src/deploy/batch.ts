/** Several projects in one go: one after another, each with its own target, version and changelog. What fails does not stop the rest. */
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { withSource } from '../project/explain-not-found.ts';
import type { Target } from '../project/target.ts';
import { followUpIn } from './follow-up.ts';
import {
  type DeployEvents,
  type DeployReport,
  type DeployDeps,
  deployProject,
  extensionOf,
  review,
} from './deploy.ts';
import { type Address, type DryRun, dryRun, namedExtension } from './dry-run.ts';
import {
  type BatchItem,
  type Prepared,
  type SharedRequest,
  documentOf,
  failureOf,
  prepareAll,
  readSharedChangelog,
} from './batch-projects.ts';

export interface BatchEvents {
  /** The turn of a folder has come. */
  onFolder(folder: string): DeployEvents;
  onFailed(folder: string, error: LumioError): Promise<void>;
}

/**
 * Deploys each folder. Reviews are waited for when all are submitted, since they go on side by side: `waitMs` is for all of them together.
 * @returns one for each folder, in their order
 * @throws LumioError interrupted or terminated, with what was done until then in `details.deploys`; whatever the world's precheck throws
 */
export async function deployBatch(
  folders: readonly string[],
  given: SharedRequest,
  world: DeployDeps,
  events: BatchEvents,
): Promise<BatchItem<DeployReport>[]> {
  const { host } = world;
  const request = { ...(await readSharedChangelog(given, host)), waitMs: undefined };
  const prepared = await prepareAll(folders, request, host, {
    target: (manifest) => world.target(manifest),
    identity: ({ id }) => id,
    extension: extensionOf,
  });
  const attempts: BatchItem<DeployReport>[] = [];
  try {
    for (const entry of prepared) attempts.push(await submit(entry, request, world, events));
    if (given.waitMs === undefined) return attempts;
    const deadline = host.clock.now() + given.waitMs;
    for (const [index, attempt] of attempts.entries())
      attempts[index] = await waitFor(attempt, deadline, world, events);
    return attempts;
  } catch (thrown) {
    throw endedEarly(thrown, attempts);
  }
}

/** What {@link deployBatch} would do with each; no request leaves. */
export async function dryRunBatch(
  folders: readonly string[],
  given: SharedRequest,
  address: Address,
  host: Host,
): Promise<BatchItem<DryRun>[]> {
  const request = await readSharedChangelog(given, host);
  const prepared = await prepareAll(folders, request, host, {
    target: (manifest) => address.named(manifest),
    identity: ({ value }) => value,
    extension: namedExtension,
  });
  const attempts: BatchItem<DryRun>[] = [];
  for (const entry of prepared)
    attempts.push('error' in entry ? entry : await rehearse(entry, request, address, host));
  return attempts;
}

async function rehearse(
  { folder, meant }: Prepared<unknown>,
  request: SharedRequest,
  address: Address,
  host: Host,
): Promise<BatchItem<DryRun>> {
  try {
    return { folder, meant, report: await dryRun({ ...request, given: folder }, address, host) };
  } catch (thrown) {
    return { folder, meant, error: failureOf(thrown, host) };
  }
}

async function submit(
  entry: Prepared<Target>,
  request: SharedRequest,
  world: DeployDeps,
  events: BatchEvents,
): Promise<BatchItem<DeployReport>> {
  const { folder } = entry;
  let { meant } = entry;
  const teller = events.onFolder(folder);
  const onTarget: DeployEvents['onTarget'] = (found, version) => {
    // With --bump the version is known only now.
    meant = { ...meant, version: { version } };
    teller.onTarget(found, version);
  };
  const target = 'target' in entry ? entry.target : undefined;
  try {
    if ('error' in entry) throw entry.error;
    const own = { ...world, target: async () => entry.target };
    const report = await deployProject(entry.project, { ...request, given: folder }, own, {
      ...teller,
      onTarget,
    });
    return { folder, meant, target, report };
  } catch (thrown) {
    const error = await failed({ folder, target }, thrown, world, events);
    return { folder, meant, target, error };
  }
}

async function waitFor(
  attempt: BatchItem<DeployReport>,
  deadline: number,
  world: DeployDeps,
  events: BatchEvents,
): Promise<BatchItem<DeployReport>> {
  const { folder } = attempt;
  let { report } = attempt;
  if (report === undefined) return attempt;
  const onKnown = (known: DeployReport): void => {
    report = known;
  };
  try {
    const waitMs = Math.max(0, deadline - world.host.clock.now());
    const again = followUpIn(folder, report.extension.id, world.apiUrl);
    return {
      ...attempt,
      report: await review(report, { waitMs, again }, world, {
        ...events.onFolder(folder),
        onKnown,
      }),
    };
  } catch (thrown) {
    const error = await failed(attempt, thrown, world, events);
    return { ...attempt, report, error };
  }
}

/** Tells what failed; where the server does not know the extension, with the file that names it. @throws what ends everything */
async function failed(
  { folder, target }: Pick<BatchItem<DeployReport>, 'folder' | 'target'>,
  thrown: unknown,
  { host }: DeployDeps,
  events: BatchEvents,
): Promise<LumioError> {
  const error = failureOf(
    target === undefined ? thrown : withSource(thrown, target, host.cwd),
    host,
  );
  await events.onFailed(folder, error);
  return error;
}

function endedEarly(thrown: unknown, attempts: readonly BatchItem<DeployReport>[]): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  const deploys = attempts.map((attempt) => ({
    ...documentOf(attempt),
    message: attempt.error?.message,
  }));
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    details: { ...thrown.problem.details, deploys },
    cause: thrown,
  });
}
