/** Which key is used, from where, and whether it looks like one. Pure. */
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';

export interface Credential {
  readonly key: string;
  readonly source: 'LUMIO_API_KEY' | 'LUMIO_TOKEN' | 'profile';
  /** For people: `LUMIO_API_KEY`, or `the profile "default"`. */
  readonly label: string;
  /** For people: what this key keeps from being used, such as `LUMIO_TOKEN` or `the stored key of the profile "default"`. */
  readonly hides: readonly string[];
}

/** In the order in which they count; the second is the vendor's own name. */
const variables = ['LUMIO_API_KEY', 'LUMIO_TOKEN'] as const;
const expectedPrefixes = ['lm_dev_', 'lm_usr_'] as const;

/**
 * `LUMIO_API_KEY`, else `LUMIO_TOKEN`, else the stored key of the profile. A variable that is empty counts as not set; white space around a key is
 * taken away, since a key never has any and a file that it was read from often ends in a newline.
 * @param from `stored`: the key of the profile, where it was looked up
 * @returns undefined when there is none; see {@link noKeyError}
 */
export function resolveCredential(from: {
  env: Readonly<Record<string, string | undefined>>;
  stored?: string | undefined;
  profile: string;
}): Credential | undefined {
  const profile = `the profile "${from.profile}"`;
  const given = variables.map((name) => ({
    key: from.env[name]?.trim() ?? '',
    source: name,
    label: name,
    hidden: name,
  }));
  const stored = {
    key: from.stored?.trim() ?? '',
    source: 'profile' as const,
    label: profile,
    hidden: `the stored key of ${profile}`,
  };
  const [first, ...others] = [...given, stored].filter(({ key }) => key !== '');
  return (
    first && {
      key: first.key,
      source: first.source,
      label: first.label,
      hides: others.map(({ hidden }) => hidden),
    }
  );
}

/** What a command that needs a key fails with when there is none. @param profile where a stored one was looked for */
export function noKeyError(profile = 'default'): LumioError {
  const isDefault = profile === 'default';
  return new LumioError('auth', {
    code: 'no_api_key',
    message: isDefault
      ? 'There is no API key.'
      : `There is no API key: none is set, and none is stored for the profile "${profile}".`,
    hint: 'Set LUMIO_API_KEY, or store a key with lumio login. Keys are made in the dashboard under Account → Security → API Keys. To try lumio without an account: lumio sandbox start',
    next: isDefault ? 'lumio login' : `lumio login --profile ${shellQuote(profile)}`,
  });
}

/**
 * Keeps a stored key from going to another API than the one that checked it at the login, such as a sandbox's to the real one.
 * @param storedFor address of the API at the login; undefined: not known
 * @param apiUrl address of the API in use
 * @param label of the credential, named in the message
 * @throws LumioError auth, when the two have different origins
 */
export function checkStoredFor(storedFor: string | undefined, apiUrl: string, label: string): void {
  if (storedFor === undefined || originOf(storedFor) === originOf(apiUrl)) return;
  throw new LumioError('auth', {
    code: 'key_for_another_api',
    message: `The key of ${label} was stored for ${storedFor}; it is not sent to ${apiUrl}.`,
    hint: 'Name the same API again, or log in to this one; --profile keeps the keys of both.',
    next: `export LUMIO_API_URL=${shellQuote(storedFor)}`,
  });
}

/**
 * Keeps a sandbox's key from the real API, which would only refuse it.
 * @throws LumioError auth
 */
export function checkNoSandboxKey(key: string): void {
  if (!key.startsWith('lm_dev_sandbox_')) return;
  throw new LumioError('auth', {
    code: 'sandbox_key',
    message: 'The key is that of a sandbox; it is not sent to the real API.',
    hint: 'Set LUMIO_API_URL to the address that lumio sandbox start prints beside the key.',
  });
}

/** The hint for a refused key from the environment, which another login would not replace. */
export function adviceForKey({
  key,
  source,
  label,
  hides,
}: Credential): { hint: string; next: undefined } | undefined {
  if (source === 'profile') return undefined;
  const instead =
    hides.length === 0 ? 'or unset it and log in' : `or unset it to use ${hides.join(' or ')}`;
  return {
    hint: `The key ${maskKey(key)} comes from ${label}: correct it, ${instead}.`,
    next: undefined,
  };
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

/**
 * Looks at the form of a key; whether it is valid only the server knows.
 * @param key without white space around it
 * @param label where it comes from, named in the messages; the key itself is not
 * @returns warnings, each one sentence; none when it looks right
 * @throws LumioError usage, when it can't stand in a header (RFC 9110, section 11.2)
 */
export function checkKeyForm(key: string, label: string): readonly string[] {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new LumioError('usage', {
      code: 'malformed_api_key',
      message: `The API key from ${label} ${key === '' ? 'is empty' : 'has white space or characters in it that no key has'}.`,
      hint: 'Copy it again from the dashboard, in one line and without quotes.',
    });
  }
  if (key.startsWith('lm_pop_'))
    return [
      `The key from ${label} is an overlay token (lm_pop_); the API takes developer keys (lm_dev_).`,
    ];
  if (expectedPrefixes.some((prefix) => key.startsWith(prefix))) return [];
  return [`The key from ${label} does not start with lm_dev_, as developer keys do.`];
}

/** A key as it may be shown: its prefix and its last four characters, fewer where those would be much of it: `lm_dev_****a1b2`. */
export function maskKey(key: string): string {
  const prefix = /^lm_[a-z]{1,8}_/.exec(key)?.[0] ?? '';
  const rest = key.length - prefix.length;
  return `${prefix}****${rest < 16 ? '' : key.slice(-4)}`;
}
