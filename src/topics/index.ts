/** The room's door: what commands reach of it through the context. */
export { describeTree } from './describe.ts';
export { helpOn } from './topics.ts';
