/**
 * The review of submitted versions. Nothing runs in the background: decisions that are due are
 * applied before each request, from the times in the state, so a restart changes nothing.
 */
import { isoTime, type ExtensionRecord, type State, type VersionRecord } from './state.ts';

export interface ReviewPolicy {
  readonly mode: 'approve' | 'reject' | 'never';
  /** Time from submission to decision. */
  readonly afterMs: number;
}

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
