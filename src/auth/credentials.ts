/** Which API key is active, where it comes from, and whether it looks like one. */
import { resolve } from 'node:path';
import { baseUrl } from '../api/api-url.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { Store } from './store.ts';

/** In order of precedence. The second is the vendor's name, the third names a file with the key. */
const keyVariables = ['LUMIO_API_KEY', 'LUMIO_TOKEN', 'LUMIO_API_KEY_FILE'] as const;
type KeyVariable = (typeof keyVariables)[number];

export interface Credential {
  readonly key: string;
  readonly source: KeyVariable | 'profile';
  /** For messages: `LUMIO_API_KEY`, or `the profile "default"`. */
  readonly label: string;
  /** For messages: other keys that this one takes precedence over. */
  readonly hides: readonly string[];
}

/**
 * The first of the variables that is set. Empty values count as missing. Whitespace around a key is
 * removed, since files often end with a newline.
 * @param fileKey content of the file that LUMIO_API_KEY_FILE names
 */
export function environmentCredential(env: Host['env'], fileKey = ''): Credential | undefined {
  const keys = keyVariables.map((name) => {
    const key = (name === 'LUMIO_API_KEY_FILE' ? fileKey : env[name])?.trim() ?? '';
    return { key, source: name, label: name };
  });
  const [first, ...others] = keys.filter(({ key }) => key !== '');
  return first && { ...first, hides: others.map(({ label }) => label) };
}

/** The set variable that takes precedence over stored keys. */
export function activeKeyVariable(env: Host['env']): KeyVariable | undefined {
  return keyVariables.find((name) => (env[name]?.trim() ?? '') !== '');
}

interface Selection {
  readonly profile: string;
  /** Whether `--profile` was passed: it takes precedence over the environment. */
  readonly isProfileExplicit: boolean;
}

/**
 * @param apiUrl without secrets, for messages
 * @throws LumioError `auth` if there is no key for this API; `refused` for an unreadable file
 */
export async function findCredential(
  host: Pick<Host, 'env' | 'cwd' | 'signal'>,
  { apiUrl, profile, isProfileExplicit }: Selection & { readonly apiUrl: string },
  store: () => Store,
): Promise<Credential> {
  const variable = isProfileExplicit ? undefined : activeKeyVariable(host.env);
  if (variable !== undefined) {
    const fileKey = variable === 'LUMIO_API_KEY_FILE' ? await readKeyFile(host) : undefined;
    const credential = environmentCredential(host.env, fileKey);
    if (credential !== undefined) return credential;
  }
  const opened = store();
  const stored = await opened.get(profile);
  const key = stored?.apiKey.trim() ?? '';
  if (key === '') {
    const names = (await opened.list()).map(([name]) => name);
    throw noKeyError(profile, names, isProfileExplicit);
  }
  const label = `the profile "${profile}"`;
  checkStoredFor(stored?.apiUrl, apiUrl, label);
  return { key, source: 'profile', label, hides: [] };
}

/**
 * The API that the profile was stored for, if its key is the active one. Ignores errors of the
 * store, which are reported when its key is needed.
 */
export async function storedApiUrl(
  env: Host['env'],
  { profile, isProfileExplicit }: Selection,
  store: () => Store,
): Promise<string | undefined> {
  if (!isProfileExplicit && activeKeyVariable(env) !== undefined) return undefined;
  try {
    return (await store().get(profile))?.apiUrl;
  } catch {
    return undefined;
  }
}

/** A longer file isn't a key. */
const maxFileBytes = 64 * 1024;

async function readKeyFile({
  env,
  cwd,
  signal,
}: Parameters<typeof findCredential>[0]): Promise<string> {
  const path = resolve(cwd, env['LUMIO_API_KEY_FILE']?.trim() ?? '');
  const source = { kind: 'file', path, label: 'The file in LUMIO_API_KEY_FILE' } as const;
  const { readInput } = await import('../input/bytes.ts');
  const content = await readInput(source, { maxBytes: maxFileBytes, signal });
  const key = content
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (key !== '') return key;
  throw new LumioError('refused', {
    code: 'empty_key_file',
    message: `The file in LUMIO_API_KEY_FILE (${path}) is empty.`,
    hint: 'Write the key to the file, or unset LUMIO_API_KEY_FILE.',
  });
}

/**
 * The name of an unknown profile may be a misplaced key, so the error doesn't repeat it.
 * @param stored names of the stored profiles
 * @param ignoresVariables whether `--profile` takes precedence over LUMIO_API_KEY
 */
export function noKeyError(
  profile = 'default',
  stored: readonly string[] = [],
  ignoresVariables = false,
): LumioError {
  const way = ignoresVariables ? 'Store' : 'Set LUMIO_API_KEY, or store';
  const isDefault = profile === 'default';
  const others = stored.length === 0 ? '' : `Stored profiles: ${stored.join(', ')}. `;
  return new LumioError('auth', {
    code: 'no_api_key',
    message: isDefault ? 'No API key found.' : 'No API key is stored for this profile.',
    hint:
      `${others}${way} a key with lumio login. Create keys in the ` +
      'dashboard under Account → Security → API Keys. Without an account, try lumio with: ' +
      'lumio sandbox start',
    next: isDefault ? 'lumio login' : 'lumio login --profile <name>',
  });
}

/**
 * Ensures that a stored key is sent only to the API it was stored for.
 * @param storedFor undefined: the default API
 * @param label of the credential
 * @throws LumioError `auth` if the origins differ
 * @internal Exported for tests.
 */
export function checkStoredFor(storedFor: string | undefined, apiUrl: string, label: string): void {
  const ownUrl = storedFor ?? baseUrl;
  if (isSameApi(ownUrl, apiUrl)) return;
  throw new LumioError('auth', {
    code: 'key_for_another_api',
    message: `The key of ${label} was stored for ${ownUrl}, so lumio doesn't send it to ${apiUrl}.`,
    hint: 'Remove --api-url and LUMIO_API_URL, or log in to this API with another profile.',
    next: `lumio login --profile <name> --api-url ${shellQuote(apiUrl)}`,
  });
}

/**
 * Ensures that a sandbox key isn't sent to the real API, which would refuse it.
 * @throws LumioError `auth`
 */
export function checkNoSandboxKey(key: string): void {
  if (!key.startsWith('lm_dev_sandbox_')) return;
  throw new LumioError('auth', {
    code: 'sandbox_key',
    message: "This is a sandbox key, so lumio doesn't send it to the real API.",
    hint: 'Set LUMIO_API_URL to the URL that lumio sandbox start prints.',
  });
}

/** The hint for a refused key from the environment, which another login wouldn't replace. */
export function hintForKey({
  key,
  source,
  label,
  hides,
}: Credential): { hint: string; next: undefined } | undefined {
  if (source === 'profile') return undefined;
  const instead =
    hides.length === 0 ? 'or unset it and log in' : `or unset it to use ${hides.join(' or ')}`;
  return {
    hint: `The key ${maskKey(key)} comes from ${label}. Correct it, ${instead}.`,
    next: undefined,
  };
}

export function isSameApi(apiUrl: string, otherUrl: string): boolean {
  return originOf(apiUrl) === originOf(otherUrl);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/**
 * Checks the form of a key; only the API knows whether it is valid.
 * @param label where it comes from
 * @returns warnings, one sentence each, without the key
 * @throws LumioError `usage` if it can't be sent in a header (RFC 9110, section 11.2)
 */
export function checkKeyForm(key: string, label: string): readonly string[] {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const problem = key === '' ? 'is empty' : 'contains spaces or other invalid characters';
    throw new LumioError('usage', {
      code: 'malformed_api_key',
      message: `The API key from ${label} ${problem}.`,
      hint: 'Copy it again from the dashboard, on one line and without quotes.',
    });
  }
  if (key.startsWith('lm_pop_'))
    return [`The key from ${label} is an overlay token (lm_pop_), not a developer key (lm_dev_).`];
  if (/^lm_(dev|usr)_/.test(key)) return [];
  return [`The key from ${label} doesn't start with lm_dev_, as developer keys do.`];
}

/** Shows the prefix and at most the last four characters: `lm_dev_****a1b2`. */
export function maskKey(key: string): string {
  const prefix = /^lm_[a-z]{1,8}_/.exec(key)?.[0] ?? '';
  const rest = key.length - prefix.length;
  return `${prefix}****${rest < 16 ? '' : key.slice(-4)}`;
}
