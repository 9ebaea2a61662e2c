/**
 * The API URL, the client's defaults, and request paths. Loads no schemas, because help texts
 * import it.
 */
import { LumioError, usageError } from '../errors.ts';

/** Base URL of the service (API page, section Base URL). */
export const baseUrl = 'https://api.lumio.vision/developer/v1';
/** A request is aborted after this long without data. */
export const defaultTimeoutMs = 30_000;
/** Maximum total time to spend on retries. */
export const defaultMaxWaitMs = 60_000;

/**
 * @param text an `https:` URL, or an `http:` URL of a loopback host, because the key would cross
 * the network unencrypted
 * @returns the normalized URL without trailing slash
 * @throws LumioError `usage` for anything else
 */
export function parseApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw invalidUrl(
      "The API URL isn't valid",
      'Specify the full URL, such as https://api.lumio.vision/developer/v1.',
    );
  if (url.username !== '' || url.password !== '') {
    throw invalidUrl(
      'The API URL contains a user name or password',
      'Remove them. Set the API key with LUMIO_API_KEY or lumio login.',
    );
  }
  if (/[?#]/.test(text)) {
    throw invalidUrl(
      'The API URL contains a query or a fragment',
      'Remove the first ? or # and everything after it.',
    );
  }
  checkProtocol(url);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function checkProtocol({ protocol, hostname }: URL): void {
  if (protocol === 'https:') return;
  if (protocol !== 'http:') throw invalidUrl("The API URL doesn't use https", 'Use https://.');
  if (isLoopback(hostname)) return;
  throw invalidUrl(
    'The API URL uses http, which would send the API key unencrypted',
    'Use https://. Only loopback addresses (127.0.0.1, [::1], localhost) may use http://.',
  );
}

/** Whether a URL, however it is written, is the real service, which has a dashboard. */
export function isRealApi(apiUrl: string): boolean {
  return URL.canParse(apiUrl) && new URL(apiUrl).href.replace(/\/+$/, '') === baseUrl;
}

/** The website that belongs to an API: the service's, or the placeholder pages of a sandbox. */
export function websiteOf(apiUrl: string): string | undefined {
  if (isRealApi(apiUrl)) return 'https://lumio.vision';
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  const isSandbox =
    url !== undefined && isLoopback(url.hostname) && url.pathname === new URL(baseUrl).pathname;
  return isSandbox ? url.origin : undefined;
}

/** The extension's page in the dashboard; undefined for another API. */
export function dashboardOf(id: string, apiUrl: string): string | undefined {
  const site = websiteOf(apiUrl);
  return site && `${site}/dashboard/extensions/${encodeURIComponent(id)}`;
}

/**
 * Whether a URL's host name is this machine: 127.0.0.0/8 (RFC 1122 3.2.1.3), ::1 (RFC 4291 2.5.3)
 * or localhost (RFC 6761 6.3).
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Removes what may be a secret: everything before the last `@` (user and password) and after the
 * first `?` or `#`. An invalid URL doesn't show where these parts end.
 */
export function shownApiUrl(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@').replace(/([?#]).+/s, '$1…');
}

function invalidUrl(message: string, hint: string): LumioError {
  return usageError('invalid_api_url', `${message}.`, hint);
}

// Request paths are never parsed as URLs again, which would resolve `..` after the check.

/**
 * Fills the parameters of a contract path, `/extensions/:id/secrets/:key`, each as one encoded
 * segment.
 * @throws LumioError `usage` for a value that a server or proxy could decode to another path
 */
export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => encodeSegment(params[name] ?? '', name));
}

function encodeSegment(value: string, name: string): string {
  const what = name === 'id' ? 'extension ID' : `secret ${name}`;
  if (value === '') throw invalidPath(`The ${what} is empty.`, 'invalid_path_parameter');
  if (pathSegmentError(value) !== undefined)
    throw invalidPath(`The ${what} can't be part of an API path.`, 'invalid_path_parameter');
  return encodeURIComponent(value);
}

/**
 * `encodeURIComponent` doesn't encode dots, and some proxies decode a path before they split it
 * (RFC 3986, sections 3.3 and 5.2.4).
 * @returns why the text can't be one segment of a path, or undefined if it can
 */
export function pathSegmentError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text === '.' || text === '..') return 'is a relative path';
  if (/[/\\?#%]/.test(text)) return 'contains "/", "\\", "?", "#" or "%"';
  if (hasControlCharacter(text)) return 'contains a control character';
  return undefined;
}

/** Control characters of Unicode (C0, C1) and lone surrogates. */
function hasControlCharacter(text: string): boolean {
  return !text.isWellFormed() || Array.from(text).some(isControl);
}

function isControl(character: string): boolean {
  return character < ' ' || (character >= '\x7F' && character <= '\x9F');
}

/**
 * @param text a path below the base URL, or a full URL below it, with or without a query
 * @returns path and query relative to the base URL, with a leading slash
 * @throws LumioError `usage` when it would leave the base URL
 */
export function rawPath(baseUrl: string, text: string): string {
  const relative = belowBase(baseUrl, text).replace(/^\/*/, '/');
  const [path = ''] = relative.split('?', 1);
  if (/[\\#]/.test(relative) || hasControlCharacter(relative))
    throw invalidPath("The path contains a character that isn't valid in an API path.");
  if (path.split('/').some(isDotSegment))
    throw invalidPath('The path contains "." or "..", which could leave the API.');
  return encodeURI(relative).replaceAll(/%25/g, '%');
}

function belowBase(baseUrl: string, text: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const base = isUrl ? baseUrl : new URL(baseUrl).pathname.replace(/\/$/, '');
  const rest = text.slice(base.length);
  if (text.startsWith(base) && /^([/?]|$)/.test(rest)) return rest;
  if (!isUrl) return text;
  throw invalidPath(`The URL isn't under ${baseUrl}. lumio sends the API key only there.`);
}

/** Encoded dots are dots (WHATWG URL, "double-dot path segment"), also behind encoded slashes. */
function isDotSegment(segment: string): boolean {
  return segment
    .replaceAll(/%2e/gi, '.')
    .split(/%2f|%5c/i)
    .some((part) => part === '.' || part === '..');
}

function invalidPath(message: string, code = 'invalid_path'): LumioError {
  return new LumioError('usage', {
    code,
    message,
    hint: 'Write it as in the API documentation, such as extensions/ext_01j9k2m3n4p5q6r7/versions.',
  });
}
