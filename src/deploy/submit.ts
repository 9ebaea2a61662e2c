/** The server's half of a deploy: does the version exist, then the upload, then what came of it. */
import type { Bundle } from '../archive/pack.ts';
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import type { FollowUp } from './follow-up.ts';
import { submittedLater } from './find-version.ts';

export interface Submission {
  readonly extensionId: string;
  readonly version: string;
  readonly changelog: string | undefined;
  readonly bundle: Bundle;
  readonly bundlePath: string;
  /** The versions list as it was just before. */
  readonly existing: readonly Version[];
}

export interface Submitted {
  /** The API's answer, key for key, with the top-level keys that lumio knows beside it. */
  readonly answer: { readonly version: Version } & Readonly<Record<string, unknown>>;
  readonly recovered: boolean;
}

export interface SubmitEvents {
  onProgress(sentBytes: number, totalBytes: number): void;
  /** An answer was lost: the server is being asked whether the version landed. */
  onSettling(): void;
}

/** The version as the server has it already, if it does: the latest one. Build metadata counts: versions are compared as text. */
export function findExisting(existing: readonly Version[], version: string): Version | undefined {
  return existing.filter((candidate) => candidate.version === version).sort(submittedLater)[0];
}

/** What is said when the version exists and --skip-existing was not given. */
export function versionExists(
  version: Version,
  extension: { readonly id: string; readonly slug?: string },
  again: FollowUp,
): LumioError {
  const since = version.submittedAt == null ? '' : `, submitted ${version.submittedAt}`;
  return new LumioError('conflict', {
    code: 'version_exists',
    message: `Version ${version.version} exists already: ${version.id}, status ${version.status}${since}.`,
    hint: 'Raise the version, as --bump patch does, or pass --skip-existing to end well when it is there already.',
    next: `lumio deploy${again.deploy} --bump patch`,
    details: { version, extension },
  });
}

/** Uploads the archive as a new version. Sent once, whatever the network does. */
export async function submitVersion(
  client: Client,
  submission: Submission,
  events: SubmitEvents,
): Promise<Submitted> {
  const { answer, recovered } = await client.submitVersion(
    submission.extensionId,
    {
      version: submission.version,
      ...(submission.changelog === undefined ? {} : { changelog: submission.changelog }),
      bundlePath: submission.bundlePath,
      bundleSizeBytes: submission.bundle.sizeBytes,
      known: submission.existing.map((version) => version.id),
    },
    events,
  );
  return { answer, recovered };
}
