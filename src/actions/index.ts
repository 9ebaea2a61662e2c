/** The room's door. */
export type { Actions } from './actions.ts';
export { createActions } from './actions.ts';
export type { DeployFacts } from './deploy-summary.ts';
