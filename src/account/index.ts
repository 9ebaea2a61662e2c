/** The room's door: what commands reach of it through the context. */
export { checkKeyForm, maskKey } from './credentials.ts';
