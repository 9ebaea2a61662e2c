/** The room's door: what commands reach of it through the context. */
export { checkSecretKey } from '../project/secret-key.ts';
export { checkStored } from './stored.ts';
export { readAssignments } from './assignments.ts';
export { carryOut } from './carry-out.ts';
export { planImport } from './plan.ts';
export { importOutcome } from './report.ts';
