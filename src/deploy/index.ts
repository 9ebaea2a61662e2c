/** The room's door: what commands reach of it through the context. */
export { extensionWords } from '../project/again.ts';
export { againIn, againOf } from './again.ts';
export { nextSteps, warningsOf } from './advice.ts';
export { deploy } from './deploy.ts';
export { dryRun } from './dry-run.ts';
export { findVersion } from './find-version.ts';
export { pack } from './pack.ts';
export { checkSeveral, oneVersion, slugOf } from './request.ts';
export { deploySeveral, dryRunSeveral } from './several.ts';
export { documentOf } from './several-projects.ts';
export { waitForReview } from './wait.ts';
