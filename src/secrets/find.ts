/** Whether a secret is there, told before anybody is asked about it. */
import { LumioError } from '../errors.ts';
import { mostSimilar } from '../shared/similar.ts';

/**
 * @param keys those that the server has
 * @param extension its slug or id, for the message
 * @throws LumioError not_found, with what was probably meant
 */
export function checkStored(key: string, keys: readonly string[], extension: string): void {
  if (keys.includes(key)) return;
  const similar = mostSimilar(key, keys);
  const there = keys.length === 0 ? 'It has no secrets.' : `It has: ${keys.join(', ')}.`;
  throw new LumioError('not_found', {
    code: 'secret_not_found',
    message: `${extension} has no secret "${key}".`,
    hint: similar === undefined ? there : `Did you mean "${similar}"? ${there}`,
  });
}
