/** The room's door. */
export type { GitHubActions } from './actions.ts';
export { createGitHubActions } from './actions.ts';
export type { DeployFacts } from './summary.ts';
