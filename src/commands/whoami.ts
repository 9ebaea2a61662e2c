import { checkKeyForm, maskKey } from '../auth/credentials.ts';
import { defineCommand, result } from '../cli/command.ts';
import { fields } from '../terminal/view.ts';

export const whoami = defineCommand({
  path: ['whoami'],
  summary: 'Show the active API key and check that it works',
  args: {},
  options: {},
  examples: {
    'lumio whoami': 'Show which key, from where, for which API',
    'lumio whoami --json': 'The same for a script; exit code 4: no valid key',
  },
  errors: ['auth'],
  async run(_args, _options, ctx) {
    const credential = await ctx.credentials.active();
    const { profile, apiUrl } = ctx.options;
    const hides = [...credential.hides];
    if (credential.source !== 'profile') {
      // The active key works although the stored ones may be unreadable.
      const store = await ctx.credentials.store();
      const stored = await store.get(profile).catch(() => undefined);
      if (stored !== undefined) hides.push(`the stored key of the profile "${profile}"`);
    }
    const { extensions } = await (await ctx.client()).listExtensions();
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
