/**
 * The review that submitted versions go through. Nothing runs in the background: what is due is settled when somebody looks, from the
 * times in the state, so it works the same after a restart.
 */
import { isoTime } from './ids.ts';
import type { ExtensionRecord, State, VersionRecord } from './state.ts';

export interface ReviewPolicy {
  readonly mode: 'approve' | 'reject' | 'never';
  /** Time from submission to decision. */
  readonly afterMs: number;
}

/** Whether a pending version has waited long enough to be decided. */
export function isReviewDue(state: State, policy: ReviewPolicy, nowMs: number): boolean {
  return state.extensions.some((extension) =>
    extension.versions.some((version) => isDue(version, policy, nowMs)),
  );
}

/** Decides what is due, in the order of submission; changes the given state. */
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
