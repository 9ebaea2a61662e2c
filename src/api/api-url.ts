/** The address of the API, as `--api-url` accepts it. */
import { LumioError } from '../errors.ts';
import { baseUrl } from './defaults.ts';

/**
 * Parses and checks the address of the API.
 * @param text what the user gave: `https:` anywhere, `http:` on loopback hosts only, since the key would cross the network in clear;
 * a trailing slash is tolerated
 * @returns the address without trailing slash, normalised: `https://api.lumio.vision/developer/v1`
 * @throws LumioError `usage` for anything else
 */
export function parseApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw refused(
      `The API address "${shownApiUrl(text)}" is not a URL`,
      'Give it in full, such as https://api.lumio.vision/developer/v1.',
    );
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'The API address holds a user name or password',
      'Leave them out; the API key is given with LUMIO_API_KEY or lumio login.',
    );
  }
  if (/[?#]/.test(text)) {
    throw refused(
      `The API address "${shownApiUrl(text)}" has a query or a fragment`,
      'Leave out everything from the first ? or # on.',
    );
  }
  checkProtocol(url, text);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function checkProtocol(url: URL, text: string): void {
  if (url.protocol === 'https:') return;
  if (url.protocol !== 'http:')
    throw refused(
      `The API address "${shownApiUrl(text)}" is not an https URL`,
      'Begin it with https://.',
    );
  if (isLoopback(url.hostname)) return;
  throw refused(
    `The API address "${shownApiUrl(text)}" is plain http, which would send the key in clear`,
    'Begin it with https://; http:// is for loopback addresses (127.0.0.1, [::1], localhost) only.',
  );
}

/** Whether an address, in any spelling, is that of the real service, which has a dashboard. */
export function isRealApi(apiUrl: string): boolean {
  return URL.canParse(apiUrl) && new URL(apiUrl).href.replace(/\/+$/, '') === baseUrl;
}

/** The page of an extension in the vendor's dashboard; undefined where another API than the real one is in use, which has no dashboard. */
export function dashboardOf(id: string, apiUrl: string): string | undefined {
  return isRealApi(apiUrl)
    ? `https://lumio.vision/dashboard/extensions/${encodeURIComponent(id)}`
    : undefined;
}

/** Whether a URL's host name is this machine: 127.0.0.0/8 (RFC 1122 3.2.1.3), ::1 (RFC 4291 2.5.3) or localhost (RFC 6761 6.3). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * An address as messages may show it. User, password and query may be secrets, and in an address that is wrong nobody knows where they
 * end: everything before the last `@` is left out, and everything from the first `?` or `#` on.
 */
export function shownApiUrl(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@').replace(/([?#]).+/s, '$1…');
}

function refused(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'invalid_api_url', message: `${message}.`, hint });
}
