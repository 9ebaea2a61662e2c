/** One deploy from the folder to the version: everything local first, then what the server has, then the upload, then the review. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import type { Bundle } from '../archive/pack.ts';
import type { Selection } from '../archive/select.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { resolveChangelog } from '../project/changelog.ts';
import type { Manifest } from '../project/manifest.ts';
import type { Target } from '../project/target.ts';
import { bumpVersion, higherThan } from '../project/version.ts';
import { type FollowUp, followUpFor } from './follow-up.ts';
import {
  type LocalRequest,
  type Project,
  packSelection,
  selectProject,
  temporaryArchive,
} from './local.ts';
import { findReady } from './missing-inputs.ts';
import { findExisting, submitVersion, versionExists } from './submit.ts';
import { waitForReview } from './review.ts';

export interface DeployRequest extends LocalRequest {
  /** Neither: the section of CHANGELOG.md that names the version. */
  readonly changelog?: string | undefined;
  readonly changelogFile?: string | undefined;
  readonly skipExisting: 'skip' | 'refuse';
  /** How long to wait for the review, in milliseconds; undefined: not at all. */
  readonly waitMs?: number | undefined;
}

/** What a deploy needs of the world; each is asked for only when its turn comes. */
export interface DeployDeps {
  readonly host: Host;
  /** Address of the API in use. */
  readonly apiUrl: string;
  /** Each ends the deploy early, before any work, where no request could be made anyway: no target, no key. */
  readonly prechecks: readonly ((manifest: Manifest | undefined) => Promise<unknown>)[];
  /** Of several things that are missing, whether the first one ends the deploy, or all of them are told in one error. */
  readonly missing: 'first' | 'all';
  /** @param manifest of the project that is deployed */
  target(manifest: Manifest | undefined): Promise<Target>;
  client(): Promise<Client>;
}

/** What happens along the way, for whoever wants to tell it. */
export interface DeployEvents {
  onSelected(selection: Selection): void;
  onPacking(doneBytes: number, totalBytes: number): void;
  onPacked(bundle: Bundle, selection: Selection): void;
  onTarget(target: Target, version: string): void;
  /** The server has a higher version than the one that is to be submitted, which may be meant or an oversight. */
  onLower?(version: string, higher: string): void;
  onProgress(sentBytes: number, totalBytes: number): void;
  onSettling(): void;
  onSubmitted(version: Version): void;
  onReview(version: Version): void;
  onTrouble(error: LumioError): void;
  /** What is known once the server has the version, and again when its status changed: also where the wait for the review fails later. */
  onKnown?(report: DeployReport, again: FollowUp): void;
}

/** The JSON document of a deploy: the API's answer with what lumio knows beside it. */
export interface DeployReport extends Readonly<Record<string, unknown>> {
  readonly version: Version;
  readonly outcome: 'created' | 'unchanged';
  /** True when the answer was lost and the server was asked whether the version had landed. */
  readonly recovered: boolean;
  readonly bundle: BundleFacts;
  readonly extension: { readonly id: string; readonly slug?: string };
}

export interface BundleFacts {
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly tarSha256: string;
}

export function factsOf({ fileCount, sizeBytes, sha256, tarSha256 }: Bundle): BundleFacts {
  return { fileCount, sizeBytes, sha256, tarSha256 };
}

/** An extension whose id is known. */
export function extensionOf({ id, slug }: Target): DeployReport['extension'] {
  return slug === undefined ? { id } : { id, slug };
}

/**
 * Deploys a built folder as a new version.
 * @throws LumioError refused or usage before anything is sent; conflict when the version exists; rejected or timed_out from the wait
 */
export async function deploy(
  request: DeployRequest,
  world: DeployDeps,
  events: DeployEvents,
): Promise<DeployReport> {
  return deployProject(await findReady(request, world), request, world, events);
}

/** {@link deploy}, where the project was found before. */
export async function deployProject(
  project: Project,
  request: DeployRequest,
  world: DeployDeps,
  events: DeployEvents,
): Promise<DeployReport> {
  const { host } = world;
  const changelog = await changelogOf(project, request, project.version?.version, host);
  for (const check of world.prechecks) await check(project.manifest);
  const selection = await selectProject(project, host.signal);
  events.onSelected(selection);
  const archive = await temporaryArchive(host);
  // The client is read and made while other threads compress; it sends nothing before all is packed. What it fails with is told in its turn.
  const client = world.client();
  client.catch(() => undefined);
  try {
    const bundle = await packSelection(
      selection,
      { allow: request.allow, outputPath: archive.path, onProgress: events.onPacking },
      host,
    );
    events.onPacked(bundle, selection);
    const { report, target } = await send({
      request,
      world,
      client,
      events,
      project,
      changelog,
      bundle,
      bundlePath: archive.path,
    });
    const again = followUpFor(request, target, { cwd: host.cwd, apiUrl: world.apiUrl });
    events.onKnown?.(report, again);
    return await review(report, { waitMs: request.waitMs, again }, world, events);
  } finally {
    await archive.remove();
  }
}

interface Packed {
  readonly request: DeployRequest;
  readonly world: DeployDeps;
  readonly client: Promise<Client>;
  readonly events: DeployEvents;
  readonly project: Project;
  readonly changelog: string | undefined;
  readonly bundle: Bundle;
  readonly bundlePath: string;
}

async function send(packed: Packed): Promise<{ report: DeployReport; target: Target }> {
  const { request, world, events, project, bundle, bundlePath } = packed;
  const client = await packed.client;
  const target = await world.target(project.manifest);
  const existing = (await client.listVersions(target.id)).versions;
  const version =
    project.version?.version ??
    bumpVersion(
      request.bump ?? 'patch',
      existing.map((entry) => entry.version),
    );
  const extension = extensionOf(target);
  const found = findExisting(existing, version);
  if (found !== undefined && request.skipExisting === 'refuse')
    throw versionExists(
      found,
      extension,
      followUpFor(request, target, { cwd: world.host.cwd, apiUrl: world.apiUrl }),
    );
  if (found !== undefined)
    return {
      report: {
        version: found,
        outcome: 'unchanged',
        recovered: false,
        bundle: factsOf(bundle),
        extension,
      },
      target,
    };
  const higher = higherThan(
    version,
    existing.map((entry) => entry.version),
  );
  if (higher !== undefined) events.onLower?.(version, higher);
  events.onTarget(target, version);
  // With --bump the version, and so its section, is known only now.
  const changelog =
    packed.changelog ??
    (project.version === undefined
      ? await changelogOf(project, request, version, world.host)
      : undefined);
  const submission = { extensionId: target.id, version, changelog, bundle, bundlePath, existing };
  const { answer, recovered } = await submitVersion(client, submission, events);
  events.onSubmitted(answer.version);
  return {
    report: { ...answer, outcome: 'created', recovered, bundle: factsOf(bundle), extension },
    target,
  };
}

/**
 * Waits for the review of what was deployed.
 * @param how `waitMs` undefined: not at all
 * @throws LumioError as {@link waitForReview}
 */
export async function review(
  report: DeployReport,
  how: { waitMs: number | undefined; again: FollowUp },
  world: DeployDeps,
  events: DeployEvents,
): Promise<DeployReport> {
  const { waitMs, again } = how;
  if (waitMs === undefined) return report;
  let known = report;
  const onChange = (version: Version): void => {
    known = { ...report, version };
    events.onKnown?.(known, again);
    events.onReview(version);
  };
  try {
    const { clock, signal } = world.host;
    const wait = {
      again,
      extensionId: report.extension.id,
      version: report.version,
      timeoutMs: waitMs,
      clock,
      signal,
      onChange,
      onTrouble: events.onTrouble,
    };
    return { ...report, version: await waitForReview(await world.client(), wait) };
  } catch (thrown) {
    throw withReport(thrown, known);
  }
}

/** Also where the review says no, the document tells what was deployed. */
function withReport(thrown: unknown, report: DeployReport): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    details: { ...report, ...thrown.problem.details },
    cause: thrown,
  });
}

/**
 * The changelog given, else the section of CHANGELOG.md in the project's folder that names the version.
 * @param version undefined: not known yet, so no section can be looked up
 */
export async function changelogOf(
  project: Project,
  request: DeployRequest,
  version: string | undefined,
  host: Host,
): Promise<string | undefined> {
  const given = request.changelog ?? request.changelogFile;
  if (version === undefined && given === undefined) return undefined;
  const found = await resolveChangelog({
    text: request.changelog,
    file: request.changelogFile,
    cwd: host.cwd,
    stdin: () => host.stdin.stream(),
    folder: project.root,
    version: version ?? '',
    signal: host.signal,
  });
  return found?.text;
}
