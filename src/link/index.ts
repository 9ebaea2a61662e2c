/** The room's door: what commands reach of it through the context. */
export { type LinkReport, link } from './link.ts';
export { readRequest } from './request.ts';
