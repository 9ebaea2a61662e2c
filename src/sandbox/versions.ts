/** Handlers of the API page's section Versions, and the review of what they receive. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readArchive } from '../archive/verify.ts';
import { LumioError } from '../errors.ts';
import { isSemver } from '../shared/semver.ts';
import { invalid } from './response.ts';
import { type Call, type Service, handler, withoutBody, requireExtension } from './service.ts';
import {
  type ExtensionRecord,
  type State,
  type VersionRecord,
  isoTime,
  newId,
  shownTime,
} from './state.ts';
import { type Upload, receiveUpload } from './upload.ts';

/** The version is part of a file name, which has at most 255 bytes. */
const maxVersionLength = 128;

interface Submission {
  readonly version: string;
  readonly changelog: string | null;
  readonly bundle: Uint8Array;
}

/** Newest first. */
const listVersions = handler(withoutBody, ({ params, service }) => {
  const { versions } = requireExtension(service.store.state(), params.id);
  return { versions: versions.toReversed().map((version) => listedVersion(version)) };
});

const submitVersion = handler(readSubmission, ({ incoming, params, service }, submission) => {
  const { bundle, ...fields } = submission;
  const request = { ...fields, sha256: createHash('sha256').update(bundle).digest('hex') };
  return service.idempotency(incoming, request, () =>
    service.store.update((draft) => commit(draft, params.id, { submission, service })),
  );
});

export const handlers = { listVersions, submitVersion };

async function readSubmission({ incoming, params, service }: Call): Promise<Submission> {
  requireExtension(service.store.state(), params.id);
  const submission = checkForm(await receiveUpload(incoming, service.maxBundleBytes));
  await checkBundle(submission.bundle, service.closing);
  return submission;
}

/** @throws SandboxError 422 for a bundle that isn't a `.tar.gz` or isn't safe to unpack */
async function checkBundle(bundle: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    for await (const _entry of readArchive(Readable.from([bundle]), { signal }));
  } catch (error) {
    if (!(error instanceof LumioError)) throw error;
    throw invalid('bundle', error.message.replace(/^The archive /u, '').replace(/\.$/u, ''));
  }
}

function checkForm({ fields, bundle }: Upload): Submission {
  const version = fields.get('version');
  if (version === undefined || version === '') throw invalid('version', 'is required');
  if (!isSemver(version)) throw invalid('version', 'must be a semantic version such as 1.3.0');
  if (version.length > maxVersionLength)
    throw invalid('version', `must have at most ${maxVersionLength} characters`);
  if (bundle === undefined) throw invalid('bundle', 'is required, as a file');
  return {
    version,
    changelog: fields.get('changelog') ?? null,
    bundle,
  };
}

function refuseDuplicate(state: State, id: string, version: string): void {
  if (!requireExtension(state, id).versions.some((other) => other.version === version)) return;
  throw invalid('version', `${version} of extension ${id} already exists`);
}

/** Writes the bundle first: after a kill before the state is saved, the next start deletes it. */
async function commit(
  draft: State,
  id: string,
  { submission, service }: { submission: Submission; service: Service },
): Promise<unknown> {
  const { version, changelog, bundle } = submission;
  refuseDuplicate(draft, id, version);
  const extension = requireExtension(draft, id);
  await service.keepBundle(bundle, id, version);
  const submittedAt = isoTime(service.nowMs());
  const submitted: VersionRecord = {
    id: newId('ver'),
    version,
    status: 'pending',
    changelog,
    bundleSizeBytes: bundle.length,
    submittedAt,
    approvedAt: null,
  };
  extension.versions.push(submitted);
  if (extension.status === 'draft' || extension.status === 'rejected') extension.status = 'pending';
  return { version: submittedVersion(submitted) };
}

function listedVersion({
  id,
  version,
  status,
  bundleSizeBytes,
  submittedAt,
  approvedAt,
}: VersionRecord) {
  return {
    id,
    version,
    status,
    bundleSizeBytes: bundleSizeBytes ?? undefined,
    submittedAt: shownTime(submittedAt),
    approvedAt: shownTime(approvedAt),
  };
}

function submittedVersion({ id, version, status, submittedAt }: VersionRecord) {
  return { id, version, status, submittedAt: shownTime(submittedAt) };
}

export interface ReviewPolicy {
  readonly mode: 'approve' | 'reject' | 'never';
  /** Time from submission to decision. */
  readonly afterMs: number;
}

/**
 * Nothing runs in the background: due decisions are applied before each request, from the times in
 * the state, so a restart changes nothing.
 */
export function isReviewDue(state: State, policy: ReviewPolicy, nowMs: number): boolean {
  return state.extensions.some((extension) =>
    extension.versions.some((version) => isDue(version, policy, nowMs)),
  );
}

export function review(draft: State, policy: ReviewPolicy, nowMs: number): void {
  for (const extension of draft.extensions) {
    for (const version of extension.versions) {
      if (isDue(version, policy, nowMs)) decide(extension, version, policy);
    }
  }
}

function isDue(version: VersionRecord, policy: ReviewPolicy, nowMs: number): boolean {
  return (
    version.status === 'pending' &&
    policy.mode !== 'never' &&
    Date.parse(version.submittedAt) + policy.afterMs <= nowMs
  );
}

function decide(extension: ExtensionRecord, version: VersionRecord, policy: ReviewPolicy): void {
  const decidedAt = isoTime(Date.parse(version.submittedAt) + policy.afterMs);
  if (policy.mode === 'approve') {
    version.status = 'approved';
    version.approvedAt = decidedAt;
    extension.status = 'approved';
    extension.currentVersionId = version.id;
  } else {
    version.status = 'rejected';
    if (extension.currentVersionId === null) extension.status = 'rejected';
  }
  extension.updatedAt = decidedAt;
}
