/** Names of secrets. */
import { LumioError } from '../errors.ts';
import { pathSegmentError } from './path-segment.ts';

/**
 * Refuses what can't stand in the path `/extensions/:id/secrets/:key`, and `KEY=value`, whose value would be shown wherever names are.
 * The API page says nothing else about keys, so the rest is for the server to decide.
 * @param doing what the key is for, for the hint
 * @returns the key, unchanged
 * @throws LumioError usage
 */
export function checkSecretKey(key: string, doing: 'set' | 'delete' = 'set'): string {
  if (key.includes('=')) throw assignment(key, doing);
  const flaw = pathSegmentError(key);
  if (flaw === undefined) return key;
  throw new LumioError('usage', {
    code: 'invalid_secret_key',
    message: `The secret's key ${JSON.stringify(key)} ${flaw}.`,
    hint: 'Use letters, digits and underscores, like API_KEY.',
  });
}

/** What stands after the sign is a secret: it is not repeated. */
function assignment(key: string, doing: 'set' | 'delete'): LumioError {
  const [name = ''] = key.split('=', 1);
  const command = `lumio secrets ${doing} ${/^\w[\w.-]*$/.test(name) ? name : 'KEY'}`;
  return new LumioError('usage', {
    code: 'invalid_secret_key',
    message: `"${name}=…" is no name for a secret.`,
    hint: doing === 'set' ? `Write: ${command}, which asks for the value.` : `Write: ${command}`,
  });
}
