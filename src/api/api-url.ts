/**
 * The address of the API, as `--api-url` accepts it, and the defaults of the client. Loads no
 * schemas, since help texts use it.
 */
import { type LumioError, usageError } from '../errors.ts';

/** Base URL of the service (API page, section Base URL). */
export const baseUrl = 'https://api.lumio.vision/developer/v1';
/** A request is aborted after this long without data. */
export const defaultTimeoutMs = 30_000;
/** Maximum total time to spend on retries. */
export const defaultMaxWaitMs = 60_000;

/**
 * @param text an `https:` URL, or an `http:` URL of a loopback host, because the key would cross
 * the network unencrypted
 * @returns the normalized address without trailing slash
 * @throws LumioError `usage` for anything else
 */
export function parseApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw refused(
      "The API address isn't a valid URL",
      'Specify the full URL, such as https://api.lumio.vision/developer/v1.',
    );
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'The API address contains a user name or password',
      'Leave them out. Set the API key with LUMIO_API_KEY or lumio login.',
    );
  }
  if (/[?#]/.test(text)) {
    throw refused(
      `The API address "${shownApiUrl(text)}" contains a query or a fragment`,
      'Leave out the first ? or # and everything after it.',
    );
  }
  checkProtocol(url, text);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function checkProtocol(url: URL, text: string): void {
  if (url.protocol === 'https:') return;
  if (url.protocol !== 'http:')
    throw refused(`The API address "${shownApiUrl(text)}" isn't an https URL`, 'Use https://.');
  if (isLoopback(url.hostname)) return;
  throw refused(
    `The API address "${shownApiUrl(text)}" uses http, which would send the API key unencrypted`,
    'Use https://. Only loopback addresses (127.0.0.1, [::1], localhost) may use http://.',
  );
}

/** Whether an address, in any spelling, is the real service, which has a dashboard. */
export function isRealApi(apiUrl: string): boolean {
  return URL.canParse(apiUrl) && new URL(apiUrl).href.replace(/\/+$/, '') === baseUrl;
}

/** The website of an API: of the service, or the placeholder pages of a sandbox. */
export function siteOf(apiUrl: string): string | undefined {
  if (isRealApi(apiUrl)) return 'https://lumio.vision';
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  const isSandbox =
    url !== undefined && isLoopback(url.hostname) && url.pathname === new URL(baseUrl).pathname;
  return isSandbox ? url.origin : undefined;
}

/** The extension's page in the dashboard; undefined for another API. */
export function dashboardOf(id: string, apiUrl: string): string | undefined {
  const site = siteOf(apiUrl);
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
 * An address as messages may show it. User, password and query may be secrets, and an invalid
 * address doesn't tell where they end: everything before the last `@` and after the first `?` or
 * `#` is left out.
 */
export function shownApiUrl(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@').replace(/([?#]).+/s, '$1…');
}

function refused(message: string, hint: string): LumioError {
  return usageError('invalid_api_url', `${message}.`, hint);
}
