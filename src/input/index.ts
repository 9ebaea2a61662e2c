/** The room's door: what commands reach of it through the context. */
export { decodeText } from './bytes.ts';
export { readBytes, readJsonFile, readStdinLine, resolvePath } from './read-input.ts';
export { readJsonObject } from './json.ts';
export { readSecret } from './secret.ts';
