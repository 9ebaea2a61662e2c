import { defineCommand, required, result, string, strings } from '../../cli/command.ts';
import { targetLabel } from '../../project/target.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const secretsDelete = defineCommand({
  path: ['secrets', 'delete'],
  summary: 'Delete secrets',
  args: {
    key: required(string('<key>', 'Name of the secret', { completion: 'secret' })),
    others: strings('[keys...]', 'Names of more secrets', { completion: 'secret' }),
  },
  options: { extension: extensionOption },
  examples: {
    'lumio secrets delete OLD_KEY --yes': 'Delete without a prompt',
    'lumio secrets delete OLD_KEY UNUSED_TOKEN': 'Delete two secrets',
  },
  errors: ['auth', 'not_found', 'confirmation'],
  async run(args, options, ctx) {
    const { checkSecretName, checkStored } = await import('../../secrets/name.ts');
    const keys = [...new Set([args.key, ...args.others])];
    for (const key of keys) checkSecretName(key);
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    const name = targetLabel(target);
    const client = await ctx.client();
    if (ctx.options.interactive || ctx.options.yes) {
      const stored = (await client.call('listSecrets', { id: target.id })).keys;
      for (const key of keys) checkStored(key, stored, name);
    }
    await ctx.prompts.confirm({
      consequence: `Deleting ${described(keys)} of ${name} can't be undone.`,
      question: `Delete ${described(keys)} of ${name}?`,
      declined: 'Nothing was deleted.',
    });
    const extension = { id: target.id };
    const view = () => [statusLine('done', `Deleted ${described(keys)} of ${name}.`)];
    if (keys.length === 1) {
      await client.call('deleteSecret', { id: target.id, key: args.key });
      return result({ key: args.key, deleted: true, extension }, view);
    }
    const { applyImport, reportImport } = await import('../../secrets/apply-import.ts');
    const plan = keys.map((key) => ({ key, action: 'delete' as const, value: undefined }));
    const results = await applyImport(plan, { client, extensionId: target.id });
    return result({ secrets: reportImport(results, extension), extension }, view);
  },
});

function described(keys: readonly string[]): string {
  return `the ${keys.length === 1 ? 'secret' : 'secrets'} ${keys.join(', ')}`;
}
