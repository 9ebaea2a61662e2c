/** The room's door: what commands reach of it through the context. */
export { extensionArguments } from '../project/follow-up.ts';
export { followUpIn, followUpFor } from './follow-up.ts';
export { nextSteps, warningsOf } from './warnings.ts';
export { deploy } from './deploy.ts';
export { dryRun } from './dry-run.ts';
export { findVersion } from './find-version.ts';
export { pack } from './pack.ts';
export { checkSeveral, oneVersion, slugOf } from './options.ts';
export { deployBatch, dryRunBatch } from './batch.ts';
export { documentOf } from './batch-projects.ts';
export { waitForReview } from './review.ts';
