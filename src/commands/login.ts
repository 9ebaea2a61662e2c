import { baseUrl, isRealApi, parseApiUrl, websiteOf } from '../api/api-url.ts';
import { activeKeyVariable, checkKeyForm, isSameApi, maskKey } from '../auth/credentials.ts';
import { defineCommand, flag, result, string } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError, conflictingOptions } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { statusLine } from '../terminal/view.ts';

const missing = {
  message: 'Missing required input: API key.',
  hint: 'Pipe it to lumio login --with-token, or set LUMIO_API_KEY instead of logging in.',
} as const;

export const login = defineCommand({
  path: ['login'],
  summary: 'Check an API key and store it',
  details:
    'Create keys in the dashboard under Account → Security → API Keys, which shows each ' +
    'key once. LUMIO_API_KEY, LUMIO_TOKEN and LUMIO_API_KEY_FILE take precedence over a ' +
    'stored key. The key is for the Lumio API, unless --api-url or LUMIO_API_URL ' +
    'specifies another API, which the profile then remembers.',
  args: {},
  options: {
    withToken: flag('--with-token', 'Read the key from stdin'),
    token: string(
      '--token <key>',
      'API key (visible in the process list and the shell history; prefer --with-token)',
    ),
  },
  examples: {
    'lumio login': 'Prompt for the key without showing it',
    'lumio login --with-token < key.txt': 'Read the key from a file or a secret manager',
    'lumio login --profile work': 'Store a second key',
  },
  errors: ['auth'],
  ignoresStoredApi: true,
  async run(_args, options, ctx) {
    if (options.withToken && options.token !== undefined)
      throw conflictingOptions("--token and --with-token can't be combined.");
    const variable = activeKeyVariable(ctx.host.env);
    if (variable !== undefined)
      ctx.log.note(
        `Note: ${variable} is set and takes precedence over stored keys. ` +
          'Unset it to use the key that you are storing.',
      );
    await noteReplacedKey(ctx);
    const { key, label } = await readKey(options, ctx);
    ctx.redact.addSecret(key, 'api-key');
    for (const warning of checkKeyForm(key, label)) ctx.log.note(`Note: ${warning}`);
    if (options.token !== undefined)
      ctx.log.note(
        'Note: a key passed with --token is visible in the process list and the shell ' +
          'history. --with-token reads it from stdin.',
      );
    const store = ctx.credentials.store();
    await (await ctx.client(key)).call('listExtensions').catch(refusedKey);
    const { profile, apiUrl } = ctx.options;
    for (const warning of await store.set(profile, {
      apiKey: key,
      apiUrl,
      savedAt: new Date(ctx.host.clock.now()).toISOString(),
    }))
      ctx.log.note(`Note: ${warning}`);
    const next = await nextStep(ctx);
    const data = { profile, key: maskKey(key), apiUrl, stored: true, path: store.path };
    return result(
      data,
      () => [
        statusLine(
          'done',
          `Logged in to ${apiUrl}. Stored the key ${data.key} for the profile "${profile}" ` +
            `in ${store.path}.`,
        ),
      ],
      { next: [next] },
    );
  },
});

async function nextStep({ options: { explicit, profile }, project }: Context): Promise<string> {
  const named = explicit.includes('profile') ? ` --profile ${shellQuote(profile)}` : '';
  const isLinked = await project().then(
    (found) => found?.extensionId !== undefined,
    () => true,
  );
  return isLinked
    ? `Next: "lumio status${named}" shows the linked extension.`
    : `Next: "lumio init${named}" links this directory to an extension.`;
}

/** The dashboard shows a key only once. */
async function noteReplacedKey({ credentials, options, log }: Context): Promise<void> {
  const { profile, apiUrl } = options;
  const stored = await credentials
    .store()
    .get(profile)
    .catch(() => undefined);
  const storedFor = stored?.apiUrl ?? baseUrl;
  if (stored !== undefined && !isSameApi(storedFor, apiUrl))
    log.note(
      `Note: this login replaces the key that is stored for ${storedFor}. ` +
        'To keep it, store the new key in another profile with --profile.',
    );
}

function refusedKey(thrown: unknown): never {
  if (!(thrown instanceof LumioError) || thrown.problem.status !== 401) throw thrown;
  throw new LumioError(thrown.kind, {
    ...thrown.problem,
    hint:
      'Nothing was stored. Copy the key again, from the dashboard (Account → Security → API ' +
      'Keys) or the output of lumio sandbox start.',
    next: undefined,
    cause: thrown,
  });
}

/** The dashboard only has keys of the real API. */
function questionFor({ options: { apiUrl } }: Context): string {
  return isRealApi(apiUrl)
    ? `API key (from ${websiteOf(apiUrl)}, Account → Security → API Keys):`
    : `API key for ${new URL(parseApiUrl(apiUrl)).host}:`;
}

async function readKey(
  options: { withToken: boolean; token: string | undefined },
  ctx: Context,
): Promise<{ key: string; label: string }> {
  if (options.token !== undefined) return { key: options.token.trim(), label: '--token' };
  if (options.withToken) {
    const { readStdinLine } = await import('../input/bytes.ts');
    return { key: await readStdinLine(ctx.host), label: 'stdin' };
  }
  const prompter = await ctx.prompts.require(missing);
  const key = await prompter.secret({
    message: questionFor(ctx),
    otherWay: 'Paste only the key, or pass it on stdin with --with-token.',
  });
  return { key: key.trim(), label: 'the prompt' };
}

export const logout = defineCommand({
  path: ['logout'],
  summary: 'Delete the stored API key of a profile',
  details:
    'The key itself remains valid. Revoke it in the dashboard under Account → Security → API Keys.',
  args: {},
  options: { all: flag('--all', 'Delete the stored keys of all profiles') },
  examples: {
    'lumio logout': 'Delete the key of the profile "default"',
    'lumio logout --profile work': 'Delete the key of the profile "work"',
    'lumio logout --all': 'Delete all stored keys',
  },
  errors: [],
  async run(_args, { all }, ctx) {
    const store = ctx.credentials.store();
    const { profile, explicit } = ctx.options;
    if (all && explicit.includes('profile'))
      throw conflictingOptions("--all and --profile can't be combined.");
    const profiles = all ? await store.clear() : [];
    const deleted = all ? profiles.length > 0 : await store.delete(profile);
    const variable = activeKeyVariable(ctx.host.env);
    if (variable !== undefined) ctx.log.note(`Note: ${variable} is set and remains active.`);
    const next = deleted
      ? ['A key remains valid until you revoke it: Account → Security → API Keys in the dashboard.']
      : [];
    const done = all
      ? `Deleted the stored keys of: ${profiles.join(', ')}.`
      : `Deleted the stored key of the profile "${profile}".`;
    const none = all ? 'No keys are stored.' : 'No key is stored for this profile.';
    return result(
      all ? { profiles, deleted } : { profile, deleted },
      () => [deleted ? statusLine('done', done) : statusLine('info', none)],
      { next },
    );
  },
});
