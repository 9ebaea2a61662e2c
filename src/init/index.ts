/** The room's door: what commands reach of it through the context. */
export { type LinkReport, link } from './init.ts';
export { readRequest } from './target.ts';
