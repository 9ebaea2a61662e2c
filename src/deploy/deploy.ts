/** One deploy: local checks, packing, the state of the server, the upload, the review. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { type LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import type { NamedTarget, Target } from '../project/target.ts';
import { bumpVersion, higherThan } from '../project/version.ts';
import { packProject, temporaryArchive } from './bundle.ts';
import { followUpFor } from './follow-up.ts';
import {
  type ChangelogInput,
  type Project,
  type ProjectInput,
  findCompleteProject,
  findProject,
  readChangelog,
} from './project.ts';
import { waitForReview } from './review.ts';
import { type BundleFacts, type DeployReport, type DeployStep, emittedBy } from './steps.ts';
import { findNumber, versionExists } from './versions.ts';

export interface DeployInput extends ProjectInput, ChangelogInput {
  readonly skipExisting: boolean;
  /** Milliseconds to wait for the review; undefined: don't wait. */
  readonly waitMs?: number | undefined;
}

export interface DeployDeps {
  readonly host: Host;
  readonly apiUrl: string;
  /** Report all missing inputs at once instead of the first one. */
  readonly reportsAllMissing: boolean;
  /** @throws LumioError auth if there is no key */
  readonly checkKey: () => Promise<unknown>;
  /** Names the extension without asking the server. */
  readonly namedTarget: (manifest: Manifest | undefined) => Promise<NamedTarget>;
  readonly target: (manifest: Manifest | undefined) => Promise<Target>;
  readonly client: () => Promise<Client>;
}

/**
 * Deploys a built directory as a new version.
 * @throws LumioError refused or usage before anything is sent; conflict if the version exists; rejected or timed_out from the review
 */
export async function* deploy(
  input: DeployInput,
  deps: DeployDeps,
): AsyncGenerator<DeployStep, DeployReport, void> {
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
): AsyncGenerator<DeployStep, DeployReport, void> {
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
): AsyncGenerator<DeployStep, DeployReport, void> {
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
): AsyncGenerator<DeployStep, { report: DeployReport; target: Target }, void> {
  const { host } = deps;
  const { root, manifest } = project;
  const changelog = await readChangelog(root, input, project.version?.version, host);
  await deps.namedTarget(manifest);
  await deps.checkKey();
  const archive = await temporaryArchive(host);
  // Created while other threads compress; it sends nothing until all is packed.
  const client = deps.client();
  client.catch(() => undefined);
  try {
    const packInput = { allow: input.allow, outputPath: archive.path };
    const { bundle } = yield* packProject(project, packInput, host);
    const found = await askServer(await client, project, input, deps);
    const { target, version, existing, higher } = found;
    yield { kind: 'target', target, version, higher };
    const extension = extensionOf(target);
    if (existing !== undefined)
      return {
        report: { version: existing, outcome: 'unchanged', recovered: false, bundle, extension },
        target,
      };
    const upload = {
      ...found,
      bundle,
      bundlePath: archive.path,
      // With --bump the version, and so its section, is known only now.
      changelog: changelog ?? (await readChangelog(root, input, version, host)),
    };
    const { response, recovered } = yield* uploadBundle(await client, upload);
    const report = { ...response, outcome: 'created' as const, recovered, bundle, extension };
    yield { kind: 'submitted', report };
    const { fileVersion } = project;
    if (input.bump !== undefined && fileVersion !== undefined && fileVersion.version !== version)
      yield { kind: 'version-differs', path: fileVersion.source, version: fileVersion.version };
    return { report, target };
  } finally {
    await archive.remove();
  }
}

interface ServerState {
  readonly target: Target;
  readonly version: string;
  readonly listed: readonly Version[];
  /** Defined only with `skipExisting`. */
  readonly existing: Version | undefined;
  readonly higher: string | undefined;
}

/** Resolves the extension and the version, with reads only. @throws LumioError conflict if the version exists */
async function askServer(
  client: Client,
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): Promise<ServerState> {
  const target = await deps.target(project.manifest);
  const { versions: listed } = await client.listVersions(target.id);
  const numbers = listed.map(({ version }) => version);
  const version = project.version?.version ?? bumpVersion(input.bump ?? 'patch', numbers);
  const existing = findNumber(listed, version);
  if (existing !== undefined && !input.skipExisting)
    throw existsError(existing, target, input, deps);
  return { target, version, listed, existing, higher: higherThan(version, numbers) };
}

function existsError(
  existing: Version,
  target: Target,
  input: DeployInput,
  { host, apiUrl }: DeployDeps,
): LumioError {
  const followUp = followUpFor(input, target, { cwd: host.cwd, apiUrl });
  return versionExists(existing, extensionOf(target), followUp);
}

async function* uploadBundle(
  client: Client,
  upload: ServerState & {
    readonly bundle: BundleFacts;
    readonly bundlePath: string;
    readonly changelog: string | undefined;
  },
): AsyncGenerator<DeployStep, Awaited<ReturnType<Client['submitVersion']>>, void> {
  const { target, version, changelog, bundle, bundlePath, listed } = upload;
  yield { kind: 'uploading', sentBytes: 0, totalBytes: bundle.sizeBytes };
  const submission = {
    version,
    changelog,
    bundlePath,
    bundleSizeBytes: bundle.sizeBytes,
    known: listed.map(({ id }) => id),
  };
  return yield* emittedBy((emit: (step: DeployStep) => void) =>
    client.submitVersion(target.id, submission, {
      onProgress: (sentBytes, totalBytes) => emit({ kind: 'uploading', sentBytes, totalBytes }),
      onChecking: () => emit({ kind: 'outcome-unknown' }),
    }),
  );
}

export function extensionOf({ id, slug }: Target): DeployReport['extension'] {
  return slug === undefined ? { id } : { id, slug };
}
