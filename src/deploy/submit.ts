/** The server part of a deploy: the state before it, the upload, and an existing version. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/resources.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Changelog } from '../project/changelog-source.ts';
import { followUpFor } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { bumpVersion, higherThan } from '../project/version.ts';
import { bareVersion } from '../shared/semver.ts';
import {
  type DeployDeps,
  type DeployInput,
  type Project,
  changelogFacts,
  readChangelog,
} from './project.ts';
import {
  type BundleFacts,
  type DeployReport,
  type DeployStep,
  type DeployStream,
  streamOf,
} from './steps.ts';
import { findNumber } from './versions.ts';

export interface ServerState {
  readonly target: Target;
  readonly version: string;
  readonly listed: readonly Version[];
  /** Defined only with `skipExisting`. */
  readonly existing: Version | undefined;
  readonly changelog: Changelog | undefined;
}

/**
 * Resolves the extension and the version, with reads only.
 * @param early the changelog, if it was found without the server
 * @throws LumioError conflict if the version exists
 */
export async function* readServerState(
  { client, early }: { readonly client: Client; readonly early: Changelog | undefined },
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<ServerState> {
  const target = withName(await deps.target(project.manifest), project);
  const { versions: listed } = await client.call('listVersions', { id: target.id });
  const numbers = listed.map(({ version }) => bareVersion(version));
  const version =
    project.version?.version ??
    (input.bump === undefined && deps.chooseVersion !== undefined
      ? await deps.chooseVersion(numbers)
      : bumpVersion(input.bump ?? 'patch', bumpBase(numbers, project)));
  const existing = findNumber(listed, version);
  if (existing !== undefined && !input.skipExisting)
    throw versionExists(existing, target, input, deps);
  yield {
    kind: 'target',
    target,
    version,
    higher: existing === undefined ? higherThan(version, numbers) : undefined,
  };
  // With --bump the version, and so its section, is known only now.
  const isLate = project.version === undefined && early === undefined;
  const changelog = isLate ? yield* readChangelog(project.root, input, version, deps.host) : early;
  return { target, version, listed, existing, changelog };
}

/** The first version follows the one in the project's file. */
function bumpBase(numbers: readonly string[], { fileVersion }: Project): readonly string[] {
  return numbers.length > 0 || fileVersion === undefined ? numbers : [fileVersion.version];
}

/** lumio.config.json may have the name of an extension that wasn't looked up. */
function withName(target: Target, { manifest }: Project): Target {
  const name = target.name ?? (target.source === 'manifest' ? manifest?.name : undefined);
  return { ...target, name };
}

function versionExists(
  version: Version,
  target: Target,
  input: DeployInput,
  { host, apiUrl }: DeployDeps,
): LumioError {
  const since = version.submittedAt == null ? '' : `, submitted ${version.submittedAt}`;
  const { deploy } = followUpFor(input, target, { cwd: host.cwd, apiUrl });
  return new LumioError('conflict', {
    code: 'version_exists',
    message:
      `Version ${version.version} already exists ` +
      `(${version.id === '' ? '' : `${version.id}, `}status: ${version.status}${since}).`,
    hint:
      'Increase the version (for example with --bump patch), ' +
      'or pass --skip-existing to succeed without uploading.',
    next: `lumio deploy${deploy} --bump patch`,
    details: { version, extension: extensionOf(target) },
  });
}

interface Upload {
  readonly state: ServerState;
  readonly bundle: BundleFacts;
  readonly bundlePath: string;
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
    if (!input.skipExisting) throw versionExists(other, target, input, deps);
    return yield* skip(other, upload);
  }
}

async function* skip(existing: Version, { state, bundle }: Upload): DeployStream<DeployReport> {
  const report: DeployReport = {
    version: existing,
    outcome: 'skipped',
    recovered: false,
    bundle: null,
    changelog: null,
    extension: extensionOf(state.target),
    notes: [],
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

/** Pauses between checks for a version that a refusal may be about: servers may list it late. */
const listingPausesMs = [0, 250, 500, 1000, 2000];

/**
 * A version that another process submitted between the check and the upload.
 * @returns one without id if only the refusal shows that it exists
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
  const isNamed = reportsExistingVersion(thrown, version);
  for (const pauseMs of isNamed || thrown.kind === 'conflict' ? listingPausesMs : [0]) {
    await clock.sleep(pauseMs, signal);
    const { versions } = await client.call('listVersions', { id }).catch(() => ({ versions: [] }));
    const [bare = ''] = version.split('+', 1);
    const found = findNumber(versions, version) ?? findNumber(versions, bare);
    if (found !== undefined) return found;
  }
  return isNamed ? { id: '', version, status: 'unknown' } : undefined;
}

/** Such as `version_exists`, or "Version 1.3.0 already exists". */
function reportsExistingVersion(
  { problem: { code, message } }: LumioError,
  version: string,
): boolean {
  const isAboutVersion = /version/i.test(`${code} ${message}`) || message.includes(version);
  return isAboutVersion && /exist|already|duplicate|unique|taken/i.test(`${code} ${message}`);
}

async function* uploadBundle(
  { state, bundle, bundlePath }: Upload,
  client: Client,
): DeployStream<DeployReport> {
  const { target, version, listed, changelog } = state;
  yield { kind: 'uploading', sentBytes: 0, totalBytes: bundle.sizeBytes };
  const submission = {
    version,
    changelog: changelog?.text,
    bundlePath,
    bundleSizeBytes: bundle.sizeBytes,
    known: listed.map(({ id }) => id),
  };
  const { response, recovered } = yield* streamOf((emit: (step: DeployStep) => void) =>
    client.submitVersion(target.id, submission, {
      onProgress: (sentBytes, totalBytes) => emit({ kind: 'uploading', sentBytes, totalBytes }),
      onChecking: (timeoutMs) => emit({ kind: 'outcome-unknown', version, timeoutMs }),
    }),
  );
  const report: DeployReport = {
    ...response,
    outcome: 'created',
    recovered,
    bundle,
    changelog: changelogFacts(changelog),
    extension: extensionOf(target),
    notes: [],
  };
  if (response.version.version !== version) {
    const message = `The server lists version ${version} as ${response.version.version}.`;
    yield { kind: 'warning', message };
  }
  yield { kind: 'submitted', report };
  yield* rejectionWarning(report.version);
  return report;
}

export function extensionOf({ id, slug, name }: Target): DeployReport['extension'] {
  return {
    id,
    ...(slug === undefined ? {} : { slug }),
    ...(name === undefined ? {} : { name }),
  };
}
