/** What `import … from 'lumio'` provides. */
export { LumioError } from '../errors.ts';
export type { ErrorKind, Problem } from '../errors.ts';
export { LumioClient } from './client.ts';
export type * from './types.ts';
export type * from '../api/resources.ts';
export type { BundleFacts, ChangelogFacts, DeployReport, DeployStep } from '../deploy/steps.ts';
