/** What requests need: no browser, a key, and for some a JSON body. */
import type { IncomingMessage } from 'node:http';
import { isTooDeep, parseExactJson, withLosslessNumbers } from '../shared/json.ts';
import { SandboxError, invalid } from './errors.ts';

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

/** A secret of 1 MiB, lumio's limit, can be six times as long when JSON escapes it. */
const maxBytes = 8 * 1024 * 1024;

/**
 * All JSON bodies of the API page are objects.
 * @throws SandboxError 413 above 8 MiB; 422 for another content type or invalid JSON
 */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/iu.test(incoming.headers['content-type'] ?? ''))
    throw invalid('Content-Type', 'must be application/json');
  const json = parse(await readBytes(incoming));
  if (Array.isArray(json)) throw invalid('body', 'must be object');
  return json;
}

function parse(bytes: Buffer): unknown {
  if (isTooDeep(bytes)) throw invalid('body', 'has more than 1000 levels of nesting');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // A number that would lose digits is refused where a number is expected.
    return withLosslessNumbers(parseExactJson(text));
  } catch (error) {
    throw invalid(
      'body',
      error instanceof SyntaxError ? `is not JSON (${error.message})` : 'is not UTF-8',
    );
  }
}

/** Keeps the connection open at the limit, so that the client can read the response. */
async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes)
      throw new SandboxError('payload_too_large', `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
