/** The room's door: what commands reach of it through the context. */
export { complete } from './complete.ts';
export { scripts } from './scripts.ts';
