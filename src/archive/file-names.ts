/** Which names a bundle may contain, so that it can be unpacked on every system. */
import { sep } from 'node:path';

/**
 * Characters that Windows refuses, and control characters (C0, C1), which NTFS stores but terminals
 * act on.
 */
// oxlint-disable-next-line no-control-regex -- matches control characters
const forbiddenCharacter = /[<>:"|?*\\\u0000-\u001f\u0080-\u009f]/u;

/** "Naming Files, Paths, and Namespaces", learn.microsoft.com. */
const deviceName =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?: *\.|$)/iu;

/** Nearly every name, which needs no further check. */
const plainName = /^[\w.-]*[\w-]$/;

/** Version control, packages, files of operating systems; in lower case. */
const excludedNames: ReadonlySet<string> = new Set([
  '.git',
  '.svn',
  '.hg',
  '.bzr',
  '.jj',
  'node_modules',
  '.ds_store',
  '__macosx',
  '.appledb',
  '.appledesktop',
  '.appledouble',
  '.lsoverride',
  '.apdisk',
  '.fseventsd',
  '.documentrevisions-v100',
  '.spotlight-v100',
  '.temporaryitems',
  '.trashes',
  '.volumeicon.icns',
  'icon\r',
  '.directory',
  'thumbs.db',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
]);

/** AppleDouble files, trash of Linux, deleted files that are still open, backups of macOS. */
const excludedStart = /^\.(?:_|trash-\d+$|(?:nfs|fuse_hidden)\w+$|com\.apple\.timemachine\.)/;

/** Unless a `!rule` includes it. */
export function isExcludedByDefault(name: string): boolean {
  const lower = name.toLowerCase();
  return excludedNames.has(lower) || excludedStart.test(lower);
}

/** Cheaper than `basename`, for each of many files. @param path with `/`, `sep` or both */
export function lastSegment(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1);
}

/**
 * @param name one segment of a path
 * @returns code and predicate of a sentence whose subject is the path; undefined for a valid name
 */
export function nameProblem(name: string): { code: string; message: string } | undefined {
  if (plainName.test(name) && !deviceName.test(name)) return undefined;
  // Node decodes invalid UTF-8 to U+FFFD.
  if (name.includes('\ufffd'))
    return { code: 'name_not_utf8', message: "has a name that isn't valid UTF-8" };
  const forbidden = forbiddenCharacter.exec(name)?.[0];
  if (forbidden !== undefined) return notPortable(`contains ${visible(forbidden)}`);
  if (/[. ]$/u.test(name)) return notPortable('ends with a dot or a space');
  if (deviceName.test(name)) return notPortable('is a reserved device name');
  return undefined;
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? JSON.stringify(character) : `"\\u${code.toString(16).padStart(4, '0')}"`;
}

function notPortable(reason: string): { code: string; message: string } {
  return { code: 'name_not_portable', message: `can't be stored on Windows: its name ${reason}` };
}

/**
 * @returns a function that finds an earlier name that is the same file where case and Unicode form
 * are ignored
 */
export function clashFinder(): (name: string) => string | undefined {
  const seen = new Map<string, string>();
  return (name) => {
    const key = clashKey(name);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    return other;
  };
}

function clashKey(name: string): string {
  if (plainName.test(name)) return name.toLowerCase();
  // Upper case first: `ß` and `ss`, `ς` and `σ` are the same to APFS or NTFS.
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/** Sorts by the UTF-8 bytes of the keys, in place. */
export function sortByBytes<Item extends { readonly key: string }>(items: Item[]): Item[] {
  // The order of `<` differs from that of the bytes only above U+FFFF.
  const isWide = items.some(({ key }) => surrogate.test(key));
  return items.sort((left, right) =>
    isWide
      ? Buffer.compare(Buffer.from(left.key), Buffer.from(right.key))
      : compareUnits(left.key, right.key),
  );
}

function compareUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const surrogate = /[\ud800-\udfff]/;
