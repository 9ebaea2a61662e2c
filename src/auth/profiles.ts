/** The form of the file of stored keys, and the profiles in it. Reading needs no package, so that commands start fast. */
import { readFile, stat } from 'node:fs/promises';
import { LumioError, systemErrorText } from '../errors.ts';

export interface StoredProfile {
  readonly apiKey: string;
  /** The API that the key was checked with, where it was not the default one. */
  readonly apiUrl?: string | undefined;
  /** RFC 3339. */
  readonly savedAt: string;
}

/** Name → profile; a map, so that a name like `constructor` finds nothing that nobody stored. */
export type Profiles = ReadonlyMap<string, StoredProfile>;

const maxBytes = 1024 * 1024;

/**
 * @returns the name, unchanged
 * @throws LumioError usage, for anything but letters, digits, `.`, `_` and `-`, with a letter or digit first, at most 64
 */
export function checkProfileName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new LumioError('usage', {
    code: 'invalid_profile',
    message: `${JSON.stringify(name)} can't be the name of a profile.`,
    hint: 'Use letters, digits, dots, hyphens and underscores, at most 64, like work or client-2.',
  });
}

/**
 * @param path of the file of stored keys
 * @returns the profiles in it; none when there is no such file
 * @throws LumioError refused, when the file can't be read or is damaged; it is never reset in silence
 */
export async function readProfiles(path: string): Promise<Profiles> {
  const text = await readStore(path);
  if (text === undefined) return new Map();
  const profiles = decodeProfiles(text);
  if (profiles !== undefined) return profiles;
  throw new LumioError('refused', {
    code: 'damaged_store',
    message: `The file of stored keys, ${path}, is damaged.`,
    hint: 'Mend it, or delete it and store your keys again with lumio login.',
  });
}

async function readStore(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile() || stats.size > maxBytes) return '';
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = systemErrorText(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LumioError('refused', {
      code: 'unreadable_store',
      message: `The file of stored keys, ${path}, can't be read (${code}).`,
      hint: 'Give yourself the right to read it, or give the key in LUMIO_API_KEY.',
      cause,
    });
  }
}

/** undefined when the text is not of the form `{"profiles": {"<name>": {…}}}`; further keys are allowed. */
function decodeProfiles(text: string): Profiles | undefined {
  const document = asObject(parseJson(text));
  const stored = document?.profiles === undefined ? {} : asObject(document.profiles);
  if (document === undefined || stored === undefined) return undefined;
  const profiles = new Map<string, StoredProfile>();
  for (const [name, value] of Object.entries(stored)) {
    const profile = decodeProfile(value);
    if (profile === undefined) return undefined;
    profiles.set(name, profile);
  }
  return profiles;
}

function decodeProfile(value: unknown): StoredProfile | undefined {
  const { apiKey, apiUrl, savedAt } = asObject(value) ?? {};
  if (typeof apiKey !== 'string' || typeof savedAt !== 'string') return undefined;
  if (apiUrl !== undefined && typeof apiUrl !== 'string') return undefined;
  return { apiKey, savedAt, ...(apiUrl === undefined ? {} : { apiUrl }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Partial<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
