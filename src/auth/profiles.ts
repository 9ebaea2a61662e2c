/** The profiles in the file of stored keys. Reading it loads no package but valibot. */
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import { isObject } from '../shared/object.ts';

const StoredProfile = v.object({
  apiKey: v.string(),
  /** The API that the key was checked with. */
  apiUrl: v.optional(v.string()),
  /** RFC 3339. */
  savedAt: v.string(),
});
export type StoredProfile = v.InferOutput<typeof StoredProfile>;

/** A map, so that a name like `constructor` finds nothing that isn't stored. */
export type Profiles = ReadonlyMap<string, StoredProfile>;

/** valibot's own objects include arrays, and its records skip names like `constructor`. */
const JsonObject = v.custom<object>(isObject);
const ProfilesByName = v.pipe(
  JsonObject,
  v.transform((profiles): unknown => Object.entries(profiles)),
  v.array(v.tuple([v.string(), StoredProfile])),
  v.transform((entries) => new Map(entries)),
);
/** Other keys of the file are allowed. */
const CredentialsFile = v.pipe(
  v.string(),
  v.parseJson(),
  JsonObject,
  v.object({ profiles: v.optional(ProfilesByName, {}) }),
);

const maxBytes = 1024 * 1024;

/**
 * @returns the name, unchanged
 * @throws LumioError `usage` unless it has 1 to 64 letters, digits, `.`, `_` and `-`, starting with
 * a letter or digit, and doesn't look like a key
 */
export function checkProfileName(name: string): string {
  if (/^(?!lm_)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new LumioError('usage', {
    code: 'invalid_profile',
    message: "The profile name isn't valid.",
    hint:
      'Use at most 64 letters, digits, dots, hyphens and underscores, as in work or client-2. ' +
      'It must not begin with lm_, as keys do.',
  });
}

/**
 * @param path of the file of stored keys
 * @returns no profiles if there is no such file
 * @throws LumioError `refused` if the file can't be read or is damaged; it is never reset silently
 */
export function readProfiles(path: string): Profiles {
  const text = readStore(path);
  if (text === undefined) return new Map();
  const file = v.safeParse(CredentialsFile, text);
  if (file.success) return file.output.profiles;
  throw new LumioError('refused', {
    code: 'damaged_store',
    message: `The file of stored keys is damaged: ${path}.`,
    hint: 'Fix the file, or delete it and store your keys again with lumio login.',
  });
}

/** At once, since loading node:fs/promises costs more than reading a small file. */
function readStore(path: string): string | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > maxBytes) return '';
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return undefined;
    throw new LumioError('refused', {
      code: 'unreadable_store',
      message: `Can't read the file of stored keys: ${path} (${systemErrorText(cause)}).`,
      hint: 'Change its permissions so that you can read it, or set LUMIO_API_KEY.',
      cause,
    });
  }
}
