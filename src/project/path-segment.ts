/** What a user's word must be to stand in the path of a request without changing which path it is. */

/**
 * `encodeURIComponent` takes care of every other character; these it can't: dots are not encoded and mean a step up,
 * and an encoded slash is decoded by some proxies before the path is split (RFC 3986, sections 3.3 and 5.2.4). A percent sign and the other
 * delimiters go through encoded, but not through a proxy that decodes twice. The client refuses the same characters, as the last guard.
 * @returns why the word can't be one segment of a path, or undefined when it can
 */
export function pathSegmentError(word: string): string | undefined {
  if (word === '') return 'is empty';
  if (word === '.' || word === '..') return 'means another path';
  if (word.includes('/')) return 'has a slash in it';
  if (/[\\?#%]/.test(word))
    return 'has a "\\", "?", "#" or "%" in it, which some servers take for another path';
  if (/[\p{Cc}\p{Cs}]/u.test(word)) return 'has a control character in it';
  return undefined;
}
