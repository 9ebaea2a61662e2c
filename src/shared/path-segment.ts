/** Checks user input that becomes one segment of a request path. */

/**
 * `encodeURIComponent` doesn't encode dots, and some proxies decode a path before they split it
 * (RFC 3986, sections 3.3 and 5.2.4). The client refuses the same characters.
 * @returns why the text can't be one segment of a path, or undefined if it can
 */
export function pathSegmentError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text === '.' || text === '..') return 'is a relative path';
  if (/[/\\?#%]/.test(text)) return 'contains "/", "\\", "?", "#" or "%"';
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return 'contains a control character';
  return undefined;
}
