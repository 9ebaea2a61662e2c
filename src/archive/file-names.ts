/** Which names a bundle may hold, so that it can be unpacked on every system. */

/** Characters that Windows refuses, and control characters, which no terminal should meet (C0, DEL, C1). */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenCharacter = /[<>:"|?*\\\u0000-\u001f\u007f-\u009f]/u;

/** Device names of Windows, alone or before a dot ("Naming Files, Paths, and Namespaces", learn.microsoft.com). */
const deviceName =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?: *\.|$)/iu;

/** What nearly every name is; spares it the other questions. */
const plainName = /^[\w.-]*[\w-]$/;

/**
 * Says what is wrong with one name (not a path).
 * @returns code and the end of a sentence that begins with the path, or undefined when the name is fine
 */
export function nameProblem(name: string): { code: string; message: string } | undefined {
  if (plainName.test(name) && !deviceName.test(name)) return undefined;
  // Node decodes what is not UTF-8 to U+FFFD; a name that truly holds that character is as useless to its readers.
  if (name.includes('\ufffd'))
    return { code: 'name_not_utf8', message: 'has a name that is not valid UTF-8' };
  const forbidden = forbiddenCharacter.exec(name)?.[0];
  if (forbidden !== undefined) return unstorable(`${JSON.stringify(forbidden)} in its name`);
  if (/[. ]$/u.test(name)) return unstorable('a name that ends with a dot or a space');
  if (deviceName.test(name)) return unstorable('a name that belongs to a device');
  return undefined;
}

function unstorable(what: string): { code: string; message: string } {
  return { code: 'name_not_portable', message: `has ${what}, which Windows can't store` };
}

/** Names with the same key are the same file on systems that ignore case or Unicode normal forms (Windows, macOS). */
export function clashKey(name: string): string {
  return (plainName.test(name) ? name : name.normalize('NFC')).toLowerCase();
}

/** Sorts by the UTF-8 bytes of the keys, in place. */
export function sortByBytes<Item extends { readonly key: string }>(items: Item[]): Item[] {
  // UTF-16 order, which `<` gives, differs from that of the bytes beyond U+FFFF only.
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
