import { defineCommand, requiredString, result } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const secretsDelete = defineCommand({
  path: ['secrets', 'delete'],
  summary: 'Delete a secret',
  args: { key: requiredString('<key>', 'Name of the secret', { completion: 'secret' }) },
  options: { extension: extensionOption },
  examples: [{ command: 'lumio secrets delete OLD_KEY --yes', text: 'Delete without a prompt' }],
  errors: ['auth', 'not_found', 'confirmation'],
  json: '{"key", "deleted": true, "extension": {"id"}}',
  async run(args, options, ctx) {
    const { checkSecretName, checkStored } = await import('../../secrets/name.ts');
    checkSecretName(args.key);
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    const name = target.slug ?? target.id;
    const client = await ctx.client();
    if (ctx.options.interactive && !ctx.options.yes)
      checkStored(args.key, (await client.listSecrets(target.id)).keys, name);
    if (!ctx.options.yes) await confirm(`the secret ${args.key} of ${name}`, ctx);
    await client.deleteSecret(target.id, args.key);
    return result({ key: args.key, deleted: true, extension: { id: target.id } }, () => [
      statusLine('done', `Deleted the secret ${args.key} of ${name}.`),
    ]);
  },
});

async function confirm(what: string, ctx: Context): Promise<void> {
  const prompter = await ctx.prompts.requireConfirmation(`Deleting ${what} can't be undone.`);
  if (await prompter.confirm({ message: `Delete ${what}?`, initial: false })) return;
  throw new LumioError('confirmation', {
    code: 'not_confirmed',
    message: 'Not confirmed. Nothing was deleted.',
  });
}
