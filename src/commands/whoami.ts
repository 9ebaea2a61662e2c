import { defineCommand, result } from '../cli/command.ts';
import { fields } from '../terminal/view.ts';

export const whoami = defineCommand({
  path: ['whoami'],
  summary: 'Say which API key is in force and whether the API takes it',
  args: {},
  options: {},
  examples: [
    { command: 'lumio whoami', text: 'Which key, from where, for which API' },
    {
      command: 'lumio whoami --json',
      text: 'The same for a script; exit code 4 when there is no valid key',
    },
  ],
  errors: ['auth'],
  json: '{"key", "source", "hides", "profile", "apiUrl", "extensionCount"}; the key is masked',
  async run(_args, _options, ctx) {
    const credential = await ctx.credentials.active();
    const { checkKeyForm, maskKey, resolveCredential } = await import('../auth/credentials.ts');
    const { profile } = ctx.options;
    const stored = (await (await ctx.credentials.store()).get(profile))?.apiKey;
    const hides = resolveCredential({ env: ctx.host.env, profile, stored })?.hides ?? [];
    const { extensions } = await (await ctx.client()).listExtensions();
    for (const warning of checkKeyForm(credential.key, credential.label))
      ctx.log.note(`Note: ${warning}`);
    for (const hidden of hides) ctx.log.note(`Note: ${credential.label} hides ${hidden}.`);
    const data = {
      key: maskKey(credential.key),
      source: credential.source,
      hides,
      profile,
      apiUrl: ctx.options.apiUrl,
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
