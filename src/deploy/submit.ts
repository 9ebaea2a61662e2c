/** The part of a deploy that the server does: the state before, the upload, a version that exists. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Changelog } from '../project/changelog.ts';
import type { Target } from '../project/target.ts';
import { bumpVersion, higherThan } from '../project/version.ts';
import { bareVersion } from '../shared/semver.ts';
import { followUpFor } from './follow-up.ts';
import { type DeployDeps, type DeployInput, type Project, changelogFacts } from './project.ts';
import {
  type BundleFacts,
  type DeployReport,
  type DeployStep,
  type DeployStream,
  emittedBy,
} from './steps.ts';
import { findNumber, versionExists } from './versions.ts';

export interface ServerState {
  readonly target: Target;
  readonly version: string;
  readonly listed: readonly Version[];
  /** Defined only with `skipExisting`. */
  readonly existing: Version | undefined;
  readonly higher: string | undefined;
}

/** Resolves the extension and the version, with reads only. @throws LumioError conflict if the version exists */
export async function askServer(
  client: Client,
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): Promise<ServerState> {
  const target = withName(await deps.target(project.manifest), project);
  const { versions: listed } = await client.listVersions(target.id);
  const numbers = listed.map(({ version }) => bareVersion(version));
  const version = project.version?.version ?? bumpVersion(input.bump ?? 'patch', numbers);
  const existing = findNumber(listed, version);
  if (existing !== undefined && !input.skipExisting)
    throw existsError(existing, target, input, deps);
  return { target, version, listed, existing, higher: higherThan(version, numbers) };
}

/** lumio.config.json may have the name of an extension that was not looked up. */
function withName(target: Target, { manifest }: Project): Target {
  const name = target.name ?? (target.source === 'manifest' ? manifest?.name : undefined);
  return { ...target, name };
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

interface Upload {
  readonly state: ServerState;
  readonly bundle: BundleFacts;
  readonly bundlePath: string;
  readonly changelog: Changelog | undefined;
}

export async function* uploadOrSkip(
  upload: Upload,
  client: Client,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<DeployReport> {
  const { target, existing } = upload.state;
  if (existing !== undefined) return yield* skip(existing, upload);
  try {
    return yield* uploadBundle(upload, client);
  } catch (thrown) {
    const other = await submittedByOthers(thrown, client, upload.state, deps.host);
    if (other === undefined || (other.id === '' && !input.skipExisting)) throw thrown;
    if (!input.skipExisting) throw existsError(other, target, input, deps);
    return yield* skip(other, upload);
  }
}

async function* skip(existing: Version, { state, bundle }: Upload): DeployStream<DeployReport> {
  const extension = extensionOf(state.target);
  const report: DeployReport = {
    version: existing,
    outcome: 'skipped',
    recovered: false,
    bundle: null,
    changelog: null,
    extension,
  };
  yield { kind: 'skipped', report };
  yield* rejectionWarning(existing);
  const { version, bundleSizeBytes } = existing;
  if (bundleSizeBytes != null && bundleSizeBytes !== bundle.sizeBytes) {
    const sizes = `${bundleSizeBytes} bytes, your bundle ${bundle.sizeBytes}`;
    const message = `Version ${version} on the server differs from your files (${sizes}).`;
    yield { kind: 'warning', message };
  }
  return report;
}

function* rejectionWarning({ version, status }: Version): Generator<DeployStep> {
  if (status === 'rejected')
    yield { kind: 'warning', message: `Version ${version} was rejected by the review.` };
}

/** Between the questions for a version that a refusal speaks of: servers may list late. */
const listingPausesMs = [0, 250, 500, 1000, 2000];

/**
 * A version that another process submitted between the check and the upload.
 * @returns one without id if only the refusal says that it exists
 */
async function submittedByOthers(
  thrown: unknown,
  client: Client,
  { target: { id }, version }: ServerState,
  { clock, signal }: Host,
): Promise<Version | undefined> {
  if (!(thrown instanceof LumioError) || !['conflict', 'rejected'].includes(thrown.kind))
    return undefined;
  // An earlier attempt may have succeeded, so the version may be ours.
  if (thrown.problem.mayHaveTakenEffect === true) return undefined;
  const isNamed = saysExisting(thrown, version);
  for (const pauseMs of isNamed ? listingPausesMs : [0]) {
    await clock.sleep(pauseMs, signal);
    const { versions } = await client.listVersions(id).catch(() => ({ versions: [] }));
    const [bare = ''] = version.split('+', 1);
    const found = findNumber(versions, version) ?? findNumber(versions, bare);
    if (found !== undefined) return found;
  }
  return isNamed ? { id: '', version, status: 'unknown' } : undefined;
}

/** Such as `version_exists`, or "Version 1.3.0 already exists". */
function saysExisting({ problem: { code, message } }: LumioError, version: string): boolean {
  const isAboutVersion = /version/i.test(`${code} ${message}`) || message.includes(version);
  return isAboutVersion && /exist|already|duplicate/i.test(`${code} ${message}`);
}

async function* uploadBundle(
  { state, bundle, bundlePath, changelog }: Upload,
  client: Client,
): DeployStream<DeployReport> {
  const { target, version, listed } = state;
  yield { kind: 'uploading', sentBytes: 0, totalBytes: bundle.sizeBytes };
  const submission = {
    version,
    changelog: changelog?.text,
    bundlePath,
    bundleSizeBytes: bundle.sizeBytes,
    known: listed.map(({ id }) => id),
  };
  const { response, recovered } = yield* emittedBy((emit: (step: DeployStep) => void) =>
    client.submitVersion(target.id, submission, {
      onProgress: (sentBytes, totalBytes) => emit({ kind: 'uploading', sentBytes, totalBytes }),
      onChecking: () => emit({ kind: 'outcome-unknown' }),
    }),
  );
  const report: DeployReport = {
    ...response,
    outcome: 'created',
    recovered,
    bundle,
    changelog: changelogFacts(changelog),
    extension: extensionOf(target),
  };
  yield { kind: 'submitted', report };
  yield* rejectionWarning(report.version);
  return report;
}

export function extensionOf({ id, slug }: Target): DeployReport['extension'] {
  return slug === undefined ? { id } : { id, slug };
}
