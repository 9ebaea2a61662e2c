import { defineCommand, flag, result, string } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';
import { statusLine } from '../terminal/view.ts';

const missing = {
  message: 'No API key was given, and nobody can be asked for it here.',
  hint: 'Pipe it in with --with-token, or set LUMIO_API_KEY and skip the login.',
} as const;

export const login = defineCommand({
  path: ['login'],
  summary: 'Store an API key, after checking it with the API',
  details:
    'Keys are made in the dashboard under Account → Security → API Keys and shown there once. LUMIO_API_KEY and LUMIO_TOKEN take precedence over a stored key.',
  args: {},
  options: {
    withToken: flag('--with-token', 'read the key from stdin'),
    token: string(
      '--token <key>',
      'the key itself; it shows in the process list and in shell history, so prefer --with-token',
    ),
  },
  examples: [
    { command: 'lumio login', text: 'Asks for the key without showing it' },
    { command: 'lumio login --with-token < key.txt', text: 'From a file or a secret manager' },
    { command: 'lumio login --profile work', text: 'Keep a second key beside the first' },
  ],
  errors: ['auth'],
  json: '{"profile", "key", "apiUrl", "stored", "path"}; the key is masked',
  async run(_args, options, ctx) {
    if (options.withToken && options.token !== undefined) {
      throw new LumioError('usage', {
        code: 'conflicting_options',
        message: '--token and --with-token both give a key.',
        hint: 'Use one of them.',
      });
    }
    const { checkKeyForm, maskKey } = await import('../auth/credentials.ts');
    const { key, label } = await readKey(options, ctx);
    ctx.redact.addSecret(key);
    for (const warning of checkKeyForm(key, label)) ctx.log.note(`Note: ${warning}`);
    if (options.token !== undefined)
      ctx.log.note(
        'Note: a key given with --token shows in the process list and in shell history; --with-token reads it from stdin.',
      );
    const store = await ctx.credentials.store();
    await (await ctx.client(key)).listExtensions().catch(refusedKey);
    const { profile, apiUrl } = ctx.options;
    for (const warning of await store.set(profile, {
      apiKey: key,
      apiUrl,
      savedAt: new Date(ctx.host.clock.now()).toISOString(),
    }))
      ctx.log.note(`Note: ${warning}`);
    for (const name of ['LUMIO_API_KEY', 'LUMIO_TOKEN']) {
      if (ctx.host.env[name])
        ctx.log.note(`Note: ${name} is set and hides this key. Unset it to use the stored one.`);
    }
    const data = { profile, key: maskKey(key), apiUrl, stored: true, path: store.path };
    return result(
      data,
      () => [
        statusLine(
          'done',
          `Logged in to ${apiUrl}. The key ${data.key} is stored for profile "${profile}" in ${store.path}.`,
        ),
      ],
      {
        next: ['Next: "lumio init" links this folder to an extension.'],
      },
    );
  },
});

/** Another login would not mend a key that was not copied whole. */
function refusedKey(thrown: unknown): never {
  if (!(thrown instanceof LumioError) || thrown.problem.status !== 401) throw thrown;
  throw new LumioError(thrown.kind, {
    ...thrown.problem,
    hint: 'Nothing was stored. Copy the key again: from the dashboard (Account → Security → API Keys), or from what the sandbox prints.',
    next: undefined,
    cause: thrown,
  });
}

/** Another service than the real one is named: its keys are not made in the dashboard. */
async function questionFor({ options: { apiUrl } }: Context): Promise<string> {
  const { isRealApi, parseApiUrl } = await import('../api/api-url.ts');
  return isRealApi(apiUrl)
    ? 'API key (Account → Security → API Keys in the dashboard):'
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
    message: await questionFor(ctx),
    otherWay: 'Copy nothing but the key, or give it through stdin with --with-token.',
  });
  return { key: key.trim(), label: 'the prompt' };
}
