/** What requests need: no browser, an endpoint, a key, and for some a JSON body. */
import type { IncomingMessage } from 'node:http';
import { type EndpointName, endpoints } from '../api/contract.ts';
import { isTooDeep, parseExactJson, withLosslessNumbers } from '../shared/json.ts';
import { SandboxError, invalid, tooLarge } from './response.ts';

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
      "The sandbox doesn't serve web pages (the request has an Origin header).",
    );
}

/** Path of the API, as in the base URL of the API page. */
export const basePath = '/developer/v1';

/** An endpoint with its decoded path parameters; '' for a parameter that its path doesn't have. */
export interface Route {
  readonly name: EndpointName;
  readonly params: { readonly id: string; readonly key: string };
}

const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
const patterns = names.map((name) => ({
  name,
  method: endpoints[name].method,
  segments: endpoints[name].path.split('/'),
}));

/** @throws SandboxError 404 for an unknown path, 405 with `Allow` for another method */
export function findRoute(method: string, path: string): Route {
  const segments = path.startsWith(`${basePath}/`) ? path.slice(basePath.length).split('/') : [];
  const matching = patterns.filter((pattern) => fits(pattern.segments, segments));
  if (matching.length === 0)
    throw new SandboxError('not_found', `There is no ${path}. The path of the API is ${basePath}.`);
  const route = matching.find((pattern) => pattern.method === method);
  if (route === undefined) {
    const allowed = matching.map((pattern) => pattern.method).join(', ');
    throw new SandboxError(
      'method_not_allowed',
      `${path} doesn't support ${method}, only ${allowed}.`,
      {
        Allow: allowed,
      },
    );
  }
  const value = (parameter: string): string =>
    decoded(segments[route.segments.indexOf(parameter)] ?? '');
  return { name: route.name, params: { id: value(':id'), key: value(':key') } };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index],
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SandboxError(
      'not_found',
      `The path segment ${segment} isn't valid percent-encoded UTF-8.`,
    );
  }
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
const maxJsonBytes = 8 * 1024 * 1024;

/**
 * All JSON bodies of the API page are objects.
 * @throws SandboxError 413 above 8 MiB; 422 for another content type or invalid JSON
 */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/iu.test(incoming.headers['content-type'] ?? ''))
    throw invalid('Content-Type', 'must be application/json');
  const json = parse(await readBytes(incoming, maxJsonBytes, tooLarge('body', maxJsonBytes)));
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
    // The error of V8 contains a part of the text, which may be a secret.
    throw invalid('body', error instanceof SyntaxError ? "isn't JSON" : "isn't UTF-8");
  }
}

/**
 * Leaves the rest of a longer body unread, so that the response comes first.
 * @throws `error` for more than `maxBytes`
 */
export async function readBytes(
  incoming: IncomingMessage,
  maxBytes: number,
  error: SandboxError,
): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw error;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw error;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
