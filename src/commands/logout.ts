import { activeKeyVariable } from '../auth/credentials.ts';
import { defineCommand, flag, result } from '../cli/command.ts';
import { conflictingOptions } from '../errors.ts';
import { statusLine } from '../terminal/view.ts';

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
    const store = await ctx.credentials.store();
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
