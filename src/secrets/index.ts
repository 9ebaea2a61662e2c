/** The room's door: what commands reach of it through the context. */
export { checkSecretKey } from '../project/secret-key.ts';
export { checkStored } from './find.ts';
export { readAssignments } from './read-file.ts';
export { applyPlan } from './apply-plan.ts';
export { planImport } from './plan.ts';
export { importOutcome } from './report.ts';
