/** Names of secrets. */
import { LumioError } from '../errors.ts';
import { segmentFlaw } from './segment.ts';

/**
 * Refuses what can't stand in the path `/extensions/:id/secrets/:key`. The API page says nothing else about keys, so the rest is for the server to decide.
 * @returns the key, unchanged
 * @throws LumioError usage
 */
export function checkSecretKey(key: string): string {
  const flaw = segmentFlaw(key);
  if (flaw === undefined) return key;
  throw new LumioError('usage', {
    code: 'invalid_secret_key',
    message: `The secret's key ${JSON.stringify(key)} ${flaw}.`,
    hint: 'Use letters, digits and underscores, like API_KEY.',
  });
}
