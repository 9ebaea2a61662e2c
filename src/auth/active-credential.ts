/** Finds the active key and its API in the environment, a file and the stored profiles. */
import { resolve } from 'node:path';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { readInput } from '../input/bytes.ts';
import {
  type Credential,
  activeKeyVariable,
  checkStoredFor,
  noKeyError,
  resolveCredential,
} from './credentials.ts';
import type { Store } from './store.ts';

interface Selection {
  readonly profile: string;
  /** Whether `--profile` was passed. */
  readonly isProfileExplicit: boolean;
}

/**
 * @param apiUrl without secrets, for messages
 * @throws LumioError `auth` if there is no key for this API; `refused` for an unreadable file
 */
export async function findCredential(
  host: Pick<Host, 'env' | 'cwd' | 'signal'>,
  { apiUrl, ...selection }: Selection & { readonly apiUrl: string },
  store: () => Promise<Store>,
): Promise<Credential> {
  const { env } = host;
  if (!selection.isProfileExplicit) {
    const name = activeKeyVariable(env);
    const fileKey = name === 'LUMIO_API_KEY_FILE' ? await readKeyFile(host) : undefined;
    const credential = resolveCredential({ ...selection, env, fileKey });
    if (credential !== undefined) return credential;
  }
  const stored = await (await store()).get(selection.profile);
  const credential = resolveCredential({ ...selection, env, stored: stored?.apiKey });
  if (credential === undefined) throw noKeyError(selection.profile);
  checkStoredFor(stored?.apiUrl, apiUrl, credential.label);
  return credential;
}

/**
 * The API that the profile was stored for, if its key is the active one.
 * Reports nothing: whatever is wrong with the store shows when its key is needed.
 */
export async function storedApiUrl(
  env: Host['env'],
  { profile, isProfileExplicit }: Selection,
  store: () => Promise<Store>,
): Promise<string | undefined> {
  if (!isProfileExplicit && activeKeyVariable(env) !== undefined) return undefined;
  try {
    return (await (await store()).get(profile))?.apiUrl;
  } catch {
    return undefined;
  }
}

/** A longer file is not a key. */
const maxFileBytes = 64 * 1024;

async function readKeyFile({
  env,
  cwd,
  signal,
}: Parameters<typeof findCredential>[0]): Promise<string> {
  const path = resolve(cwd, env['LUMIO_API_KEY_FILE']?.trim() ?? '');
  const source = { kind: 'file', path, label: `${path} (LUMIO_API_KEY_FILE)` } as const;
  const content = await readInput(source, { maxBytes: maxFileBytes, signal });
  const key = content
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (key !== '') return key;
  throw new LumioError('refused', {
    code: 'empty_key_file',
    message: `The key file ${path} that LUMIO_API_KEY_FILE names is empty.`,
    hint: 'Write the key to the file, or unset LUMIO_API_KEY_FILE.',
  });
}
