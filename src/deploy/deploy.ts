/** One deploy: local checks, packing, the upload, the review; and its dry run. */
import { LumioError, asLumioError } from '../errors.ts';
import { editManifest } from '../project/manifest.ts';
import { followUpFor } from '../project/follow-up.ts';
import type { Changelog } from '../project/changelog-source.ts';
import { type NamedTarget, type Target, canBeSlug } from '../project/target.ts';
import { higherThan } from '../project/version.ts';
import { packProject, temporaryArchive } from './bundle.ts';
import {
  type DeployDeps,
  type DeployInput,
  type Project,
  changelogFacts,
  openProject,
  readChangelog,
} from './project.ts';
import { waitForReview } from './review.ts';
import {
  type DeployReport,
  type DeployStream,
  type DryRunReport,
  type NamedExtension,
  withNotes,
} from './steps.ts';
import { type ServerState, readServerState, extensionOf, uploadOrSkip } from './submit.ts';

/**
 * Deploys a built directory as a new version.
 * @throws LumioError refused or usage before anything is sent; conflict if the version exists;
 * rejected or timed_out from the review
 */
export async function* deploy(input: DeployInput, deps: DeployDeps): DeployStream<DeployReport> {
  const checks = deps.reportsAllMissing ? [deps.namedTarget, deps.checkKey] : undefined;
  const project = yield* openProject(input, deps.host.cwd, checks);
  return yield* deployProject(project, input, deps);
}

/** Deploys a project that was already found. */
export async function* deployProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<DeployReport> {
  const { result, notes } = yield* withNotes(submitProject(project, input, deps));
  const { target } = result;
  const report = { ...result.report, notes };
  return input.waitMs === undefined
    ? report
    : yield* awaitReview(report, { ...input, target, timeoutMs: input.waitMs }, deps);
}

/**
 * Waits for the review of a version that was submitted. Errors contain the report in their details.
 */
export async function* awaitReview(
  report: DeployReport,
  { timeoutMs, target, ...location }: ReviewWait,
  { host, apiUrl, client }: DeployDeps,
): DeployStream<DeployReport> {
  const connected = await client();
  const version = yield* waitForReview(
    {
      version: report.version,
      timeoutMs,
      followUp: followUpFor(location, target, { cwd: host.cwd, apiUrl }),
      details: report,
    },
    { host, listVersions: (limits) => connected.call('listVersions', { id: target.id }, limits) },
  );
  return { ...report, version };
}

type ReviewWait = Pick<DeployInput, 'path' | 'outDir'> & {
  readonly timeoutMs: number;
  readonly target: Target;
};

async function* submitProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<{ report: DeployReport; target: Target }> {
  const { host } = deps;
  const { root, manifest } = project;
  const early = yield* readChangelog(root, input, project.version?.version, host);
  await deps.namedTarget(manifest);
  const secrets = [(await deps.checkKey()).key];
  const archive = await temporaryArchive(host);
  // Created while other threads compress; it sends nothing until all is packed.
  const client = deps.client();
  client.catch(() => undefined);
  try {
    const packInput = { allow: input.allow, secrets, outputPath: archive.path };
    const { bundle } = yield* packProject(project, packInput, host);
    const server = { client: await client, early };
    const state = yield* readServerState(server, project, input, deps);
    const upload = { state, bundle, bundlePath: archive.path };
    const report = yield* uploadOrSkip(upload, server.client, input, deps);
    if (report.outcome === 'created') yield* writeVersion(project, input, state.version);
    return { report, target: state.target };
  } finally {
    await archive.remove();
  }
}

/** The version that --bump chose isn't in any file yet. */
async function* writeVersion(
  { fileVersion, manifest }: Project,
  { bump, write }: DeployInput,
  version: string,
): DeployStream<void> {
  if (bump === undefined || fileVersion?.version === version) return;
  const path = fileVersion?.source ?? manifest?.path;
  if (write !== true || path === undefined) {
    if (fileVersion === undefined) return;
    yield { kind: 'version-differs', path: fileVersion.source, version: fileVersion.version };
    return;
  }
  yield* updateVersion(path, fileVersion?.version ?? version, version);
}

async function* updateVersion(path: string, before: string, version: string): DeployStream<void> {
  try {
    await editManifest(path, { version });
    yield { kind: 'version-written', path, version };
    if (higherThan(version, [before]) === undefined) return;
    yield { kind: 'warning', message: `${path} had ${before}, which is higher than ${version}.` };
  } catch (thrown) {
    // The deploy succeeded.
    const { message } = asLumioError(thrown);
    yield { kind: 'warning', message: `Can't write ${version} to ${path}: ${message}` };
  }
}

/**
 * Also checks the server, if there is a key, with read requests only.
 * @throws LumioError as the deploy would before the upload
 */
export async function* dryRun(input: DeployInput, deps: DeployDeps): DeployStream<DryRunReport> {
  const project = yield* openProject(input, deps.host.cwd);
  return yield* dryRunProject(project, input, deps);
}

export async function* dryRunProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<DryRunReport> {
  const { result, notes } = yield* withNotes(checkProject(project, input, deps));
  return { ...result, notes };
}

async function* checkProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<Omit<DryRunReport, 'notes'>> {
  const { host, apiUrl } = deps;
  const early = yield* readChangelog(project.root, input, project.version?.version, host);
  const key = await findKey(deps, input);
  const named = namedExtension(await deps.namedTarget(project.manifest));
  const secrets = key === undefined ? [] : [key];
  const packInput = { allow: input.allow, secrets, outputPath: null };
  const packed = yield* packProject(project, packInput, host);
  const state =
    key === undefined
      ? undefined
      : yield* readServerState({ client: await deps.client(), early }, project, input, deps);
  // No version means that --bump was passed, which needs the server.
  const { version, changelog } = state ?? {
    version: project.version?.version ?? '',
    changelog: early,
  };
  const checked = serverFacts(named, state);
  const { bundle } = packed;
  return {
    outcome: 'dry-run',
    request: requestFor(apiUrl, checked.extension.id, { version, changelog, bundle }),
    ...packed,
    changelog: changelogFacts(changelog),
    ...checked,
  };
}

function serverFacts(
  named: NamedExtension,
  state: ServerState | undefined,
): Pick<DryRunReport, 'extension' | 'existing' | 'unchecked'> {
  if (state === undefined) {
    const unchecked = ['API key', 'extension', 'existing versions'];
    return { extension: named, existing: null, unchecked };
  }
  const extension = { ...named, ...extensionOf(state.target) };
  return { extension, existing: state.existing ?? null, unchecked: [] };
}

function requestFor(
  apiUrl: string,
  id: string | null,
  submission: Pick<DryRunReport, 'bundle'> & {
    readonly version: string;
    readonly changelog: Changelog | undefined;
  },
): DryRunReport['request'] {
  const { version, changelog, bundle } = submission;
  return {
    method: 'POST',
    url: `${apiUrl}/extensions/${id === null ? ':id' : encodeURIComponent(id)}/versions`,
    fields: { version, ...(changelog === undefined ? {} : { changelog: changelog.text }) },
    bundle: { filename: 'bundle.tar.gz', sizeBytes: bundle.sizeBytes },
  };
}

/** Undefined without a key. @throws LumioError auth if --bump needs one */
async function findKey(
  { checkKey }: DeployDeps,
  { bump }: DeployInput,
): Promise<string | undefined> {
  try {
    return (await checkKey()).key;
  } catch (thrown) {
    const isMissing = thrown instanceof LumioError && thrown.problem.code === 'no_api_key';
    if (isMissing && bump === undefined) return undefined;
    throw thrown;
  }
}

export function namedExtension({ value: named, sourceLabel: source }: NamedTarget): NamedExtension {
  return { id: canBeSlug(named) ? null : named, named, source };
}
