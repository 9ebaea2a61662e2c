/** The content of the file of stored keys. */
import * as v from 'valibot';
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

/** @returns undefined if the file is damaged */
export function decodeProfiles(text: string): Profiles | undefined {
  const file = v.safeParse(CredentialsFile, text);
  return file.success ? file.output.profiles : undefined;
}
