/** What `import … from 'lumio'` gives. */
export { LumioError } from '../errors.ts';
export type { ErrorKind, Problem } from '../errors.ts';
export { LumioClient } from './client.ts';
export type * from './types.ts';
