/** Who may talk to the sandbox at all. */
import type { IncomingMessage } from 'node:http';
import { SandboxError } from './errors.ts';

/**
 * Keeps browsers out: the API is "not in end-user browsers" (API page), and a web page must not reach the sandbox, neither from its own
 * origin (Origin header) nor by a name that it made resolve to this machine (Host header).
 * @throws Refusal 403
 */
export function refuseBrowsers({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/u, '').toLowerCase();
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
    throw new SandboxError(
      'forbidden',
      `The sandbox answers to 127.0.0.1 and localhost, not to the host name "${headers.host ?? ''}".`,
    );
  }
  if (headers.origin !== undefined)
    throw new SandboxError(
      'forbidden',
      'The sandbox does not answer web pages (the request has an Origin header).',
    );
}

/**
 * Key check (API page, section Authentication).
 * @throws Refusal 401
 */
export function requireKey({ headers }: IncomingMessage, apiKey: string): void {
  const given = /^Bearer +(?<key>\S+) *$/iu.exec(headers.authorization ?? '')?.groups?.['key'];
  if (given === apiKey) return;
  const problem =
    given === undefined
      ? 'Missing API key: send "Authorization: Bearer <key>".'
      : 'Invalid API key.';
  throw new SandboxError('unauthorized', problem, { 'WWW-Authenticate': 'Bearer' });
}
