/** The room's door: what commands reach of it through the context. */
export { checkKeyForm, maskKey, resolveCredential } from './credentials.ts';
