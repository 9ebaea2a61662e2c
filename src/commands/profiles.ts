import { baseUrl } from '../api/api-url.ts';
import { activeKeyVariable, maskKey, checkKeyForm } from '../auth/credentials.ts';
import { defineCommand, result } from '../cli/command.ts';
import { none, table, time, fields } from '../terminal/view.ts';

export const profilesList = defineCommand({
  path: ['profiles', 'list'],
  summary: 'List the stored API keys and their APIs',
  details:
    'Commands use the active profile: the one that --profile, LUMIO_PROFILE or ' +
    'package.json specifies, or "default". No profile is active while LUMIO_API_KEY, ' +
    'LUMIO_TOKEN or LUMIO_API_KEY_FILE is set, unless you pass --profile.',
  args: {},
  options: {},
  examples: {
    'lumio profiles list': 'Show which profile is active',
    'lumio profiles list --json': 'Print the profiles as JSON',
  },
  errors: ['refused'],
  async run(_args, _options, ctx) {
    const variable = ctx.options.explicit.includes('profile')
      ? undefined
      : activeKeyVariable(ctx.host.env);
    if (variable !== undefined)
      ctx.log.note(`${variable} is set and takes precedence over stored keys.`);
    const stored = await ctx.credentials.store().list();
    const profiles = stored.map(([name, { apiKey, apiUrl, savedAt }]) => ({
      name,
      apiUrl: apiUrl ?? baseUrl,
      key: maskKey(apiKey),
      active: variable === undefined && name === ctx.options.profile,
      savedAt,
    }));
    return result({ profiles }, () => [
      table(
        [
          { label: 'Profile', identifier: true },
          { label: 'Key', identifier: true },
          { label: 'API', identifier: true },
          { label: 'Stored', optional: true },
          { label: 'Active' },
        ],
        profiles.map(({ name, key, apiUrl, savedAt, active }) => [
          name,
          key,
          apiUrl,
          time(savedAt),
          active ? 'active' : none,
        ]),
        'No profiles yet. Store a key with "lumio login".',
      ),
    ]);
  },
});

export const whoami = defineCommand({
  path: ['whoami'],
  summary: 'Show the active API key and check that it works',
  args: {},
  options: {},
  examples: {
    'lumio whoami': 'Show the active key, its source and its API',
    'lumio whoami --json': 'Check the key in a script (exit code 4 if it is missing or invalid)',
  },
  errors: ['auth'],
  async run(_args, _options, ctx) {
    const credential = await ctx.credentials.active();
    const { profile, apiUrl } = ctx.options;
    const hides = [...credential.hides];
    if (credential.source !== 'profile') {
      // The active key works although the stored ones may be unreadable.
      const store = ctx.credentials.store();
      const stored = await store.get(profile).catch(() => undefined);
      if (stored !== undefined) hides.push(`the stored key of the profile "${profile}"`);
    }
    const { extensions } = await (await ctx.client()).call('listExtensions');
    for (const warning of checkKeyForm(credential.key, credential.label))
      ctx.log.note(`Note: ${warning}`);
    for (const hidden of hides)
      ctx.log.note(`Note: ${credential.label} takes precedence over ${hidden}.`);
    const data = {
      key: maskKey(credential.key),
      source: credential.source,
      hides,
      profile,
      apiUrl,
      extensionCount: extensions.length,
    };
    return result(data, () => [
      fields([
        ['Key', data.key],
        ['From', credential.label],
        ['API', data.apiUrl],
        ['Extensions', data.extensionCount],
      ]),
    ]);
  },
});
