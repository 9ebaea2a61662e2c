import { defineCommand, result } from '../cli/command.ts';
import { statusLine } from '../terminal/view.ts';

export const logout = defineCommand({
  path: ['logout'],
  summary: 'Forget the stored API key of a profile',
  details:
    'The key itself stays valid: revoke it in the dashboard under Account → Security → API Keys.',
  args: {},
  options: {},
  examples: [
    { command: 'lumio logout', text: 'Forget the key of the default profile' },
    { command: 'lumio logout --profile work', text: 'Forget the key of the profile "work"' },
  ],
  errors: [],
  json: '{"profile", "deleted"}; deleted is false when nothing was stored',
  async run(_args, _options, ctx) {
    const store = await ctx.credentials.store();
    const { profile } = ctx.options;
    const deleted = await store.delete(profile);
    for (const name of ['LUMIO_API_KEY', 'LUMIO_TOKEN']) {
      if (ctx.host.env[name]) ctx.log.note(`Note: ${name} is set and stays in force.`);
    }
    return result({ profile, deleted }, () => [
      deleted
        ? statusLine('done', `Forgot the key of profile "${profile}".`)
        : statusLine('info', `No key was stored for profile "${profile}".`),
    ]);
  },
});
