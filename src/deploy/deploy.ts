/** One deploy: local checks, packing, the upload, the review. */
import { asLumioError } from '../errors.ts';
import { editManifest } from '../project/manifest.ts';
import { followUpFor } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { packProject, temporaryArchive } from './bundle.ts';
import {
  type DeployDeps,
  type DeployInput,
  type Project,
  findCompleteProject,
  findProject,
  readChangelog,
} from './project.ts';
import { waitForReview } from './review.ts';
import type { DeployReport, DeployStream } from './steps.ts';
import { askServer, uploadOrSkip } from './submit.ts';

/**
 * Deploys a built directory as a new version.
 * @throws LumioError refused or usage before anything is sent; conflict if the version exists; rejected or timed_out from the review
 */
export async function* deploy(input: DeployInput, deps: DeployDeps): DeployStream<DeployReport> {
  const { cwd } = deps.host;
  const checks = [deps.namedTarget, deps.checkKey];
  const project = deps.reportsAllMissing
    ? await findCompleteProject(input, checks, cwd)
    : await findProject(input, cwd);
  return yield* deployProject(project, input, deps);
}

/** Deploys a project that was already found. */
export async function* deployProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<DeployReport> {
  const { report, target } = yield* submitProject(project, input, deps);
  return input.waitMs === undefined
    ? report
    : yield* awaitReview(report, { ...input, target, timeoutMs: input.waitMs }, deps);
}

/** Waits for the review of a version that was submitted. Errors contain the report in their details. */
export async function* awaitReview(
  report: DeployReport,
  { timeoutMs, target, ...location }: ReviewWait,
  { host, apiUrl, client }: DeployDeps,
): DeployStream<DeployReport> {
  const version = yield* waitForReview(
    {
      extensionId: target.id,
      version: report.version,
      timeoutMs,
      followUp: followUpFor(location, target, { cwd: host.cwd, apiUrl }),
      details: report,
    },
    { host, listVersions: (await client()).listVersions },
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
    const asked = { client: await client, early };
    const state = yield* askServer(asked, project, input, deps);
    const upload = { state, bundle, bundlePath: archive.path };
    const report = yield* uploadOrSkip(upload, asked.client, input, deps);
    if (report.outcome === 'created') yield* writeVersion(project, input, state.version);
    return { report, target: state.target };
  } finally {
    await archive.remove();
  }
}

/** The version that --bump chose is in no file yet. */
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
  try {
    await editManifest(path, { version });
    yield { kind: 'version-written', path, version };
  } catch (thrown) {
    // The deploy succeeded.
    const { message } = asLumioError(thrown);
    yield { kind: 'warning', message: `Can't write ${version} to ${path}: ${message}` };
  }
}
