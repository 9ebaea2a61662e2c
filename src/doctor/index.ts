/** The room's door: what commands reach of it through the context. */
export type { Check } from './check.ts';
export { type Diagnosis, diagnose } from './doctor.ts';
