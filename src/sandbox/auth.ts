/** Access to the sandbox: no browsers, and a key. */
import type { IncomingMessage } from 'node:http';
import { SandboxError } from './errors.ts';

/**
 * The API is "not [for] end-user browsers" (API page). The Host check defeats DNS rebinding.
 * @throws SandboxError 403
 */
export function refuseBrowsers({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/u, '').toLowerCase();
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host))
    throw new SandboxError(
      'forbidden',
      `The sandbox only serves 127.0.0.1 and localhost, not the host name "${headers.host ?? ''}".`,
    );
  if (headers.origin !== undefined)
    throw new SandboxError(
      'forbidden',
      'The sandbox does not serve web pages (the request has an Origin header).',
    );
}

/** @throws SandboxError 401 (API page, section Authentication) */
export function requireKey({ headers }: IncomingMessage, apiKey: string): void {
  const key = /^Bearer +(?<key>\S+) *$/iu.exec(headers.authorization ?? '')?.groups?.['key'];
  if (key === apiKey) return;
  const problem =
    key === undefined ? 'Missing API key: send "Authorization: Bearer <key>".' : 'Invalid API key.';
  throw new SandboxError('unauthorized', problem, { 'WWW-Authenticate': 'Bearer' });
}
