/** Reads the file of stored keys. */
import { readFileSync, statSync } from 'node:fs';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Profiles } from './stored-profiles.ts';

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
      'Use at most 64 letters, digits, dots, hyphens and underscores, such as work or client-2. ' +
      'It must not start with lm_, as keys do.',
  });
}

/**
 * @param path of the file of stored keys
 * @returns no profiles if there is no such file
 * @throws LumioError `refused` if the file can't be read or is damaged; it is never reset silently
 */
export async function readProfiles(path: string): Promise<Profiles> {
  const text = readStore(path);
  if (text === undefined) return new Map();
  const { decodeProfiles } = await import('./stored-profiles.ts');
  const profiles = decodeProfiles(text);
  if (profiles !== undefined) return profiles;
  throw new LumioError('refused', {
    code: 'damaged_store',
    message: `The file with the stored keys is damaged: ${path}.`,
    hint: 'Fix the file, or delete it and store your keys again with lumio login.',
  });
}

/** Reads synchronously, because loading node:fs/promises costs more than reading a small file. */
function readStore(path: string): string | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > maxBytes) return '';
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return undefined;
    throw new LumioError('refused', {
      code: 'unreadable_store',
      message: `Can't read the file with the stored keys: ${path} (${systemErrorText(cause)}).`,
      hint: 'Change its permissions so that you can read it, or set LUMIO_API_KEY.',
      cause,
    });
  }
}
