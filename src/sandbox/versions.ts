/** The endpoints of the page's section Versions. */
import { rm } from 'node:fs/promises';
import { listedVersion, submittedVersion } from './responses.ts';
import { checkBundle } from './bundle-check.ts';
import { isoTime, newId } from './ids.ts';
import { SandboxError, invalid } from './errors.ts';
import { isSemver } from '../shared/semver.ts';
import { type Call, type Service, handler, nothing, requireExtension } from './service.ts';
import type { State, VersionRecord } from './state.ts';
import { type Upload, receiveUpload } from './upload.ts';

/** File names end at 255 bytes, and the bundle is kept under its version. */
const maxVersionLength = 128;

/** What a form must come down to before it is acted on. */
interface Submission {
  readonly version: string;
  readonly changelog: string | null;
  readonly bundlePath: string;
  readonly bundleSizeBytes: number;
}

/** Newest first. */
export const listVersions = handler(nothing, ({ params, service }) => {
  const { versions } = requireExtension(service.store.state(), params.id);
  return { versions: versions.toReversed().map((version) => listedVersion(version)) };
});

export const submitVersion = handler(receiveSubmission, async ({ params, service }, submission) => {
  try {
    return await service.store.update((draft) => commit(draft, params.id, { submission, service }));
  } finally {
    await rm(submission.bundlePath, { force: true });
  }
});

async function receiveSubmission({ incoming, params, service }: Call): Promise<Submission> {
  requireExtension(service.store.state(), params.id);
  const path = service.temporaryPath();
  const upload = await receiveUpload(incoming, { path, maxBytes: service.maxBundleBytes });
  try {
    const submission = checkForm(upload);
    refuseDuplicate(service.store.state(), params.id, submission.version);
    await checkBundle(path, service.closing);
    return submission;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
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
    bundlePath: bundle.path,
    bundleSizeBytes: bundle.sizeBytes,
  };
}

function refuseDuplicate(state: State, id: string, version: string): void {
  if (!requireExtension(state, id).versions.some((other) => other.version === version)) return;
  throw new SandboxError(
    'version_exists',
    `version: ${version} of extension ${id} exists already.`,
  );
}

/** The bundle goes to its place before the state that names it is saved: a kill in between leaves a file that the next start removes. */
async function commit(
  draft: State,
  id: string,
  { submission, service }: { submission: Submission; service: Service },
): Promise<unknown> {
  const { version, changelog, bundlePath, bundleSizeBytes } = submission;
  refuseDuplicate(draft, id, version);
  const extension = requireExtension(draft, id);
  await service.keepBundle(bundlePath, id, version);
  const submittedAt = isoTime(service.nowMs());
  const submitted: VersionRecord = {
    id: newId('ver'),
    version,
    status: 'pending',
    changelog,
    bundleSizeBytes,
    submittedAt,
    approvedAt: null,
  };
  extension.versions.push(submitted);
  if (extension.status === 'draft' || extension.status === 'rejected') extension.status = 'pending';
  return { version: submittedVersion(submitted) };
}
