import { defineCommand, result } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import { targetLabel } from '../../project/target.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionArgument, extensionOption } from '../shared-options.ts';

export const extensionsDelete = defineCommand({
  path: ['extensions', 'delete'],
  summary: 'Delete an extension that was never publicly listed',
  details: 'In a terminal, type the slug to confirm; elsewhere pass --yes.',
  args: { extension: extensionArgument },
  options: { extension: extensionOption },
  examples: { 'lumio extensions delete my-draft --yes': 'Delete without a prompt' },
  errors: ['auth', 'not_found', 'confirmation'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    ctx.log.target(target);
    const client = await ctx.client();
    if (!ctx.options.yes) {
      const { extensionOf } = await import('../../api/schemas.ts');
      const extension = extensionOf(await client.call('getExtension', { id: target.id }));
      // Pressing Enter would confirm an empty slug.
      await confirmByTyping(extension.slug?.trim() || target.id, ctx);
    }
    await client.call('deleteExtension', { id: target.id });
    const manifest = await ctx.project().catch(() => undefined);
    const isLinked = [target.id, target.slug].includes(manifest?.extensionId?.trim());
    if (manifest?.extensionId !== undefined && isLinked)
      ctx.log.note(
        'Note: lumio.config.json still contains the ID of the deleted extension. ' +
          'Link this directory to another extension with "lumio init".',
      );
    return result(
      { extension: { id: target.id, slug: target.slug ?? null }, deleted: true },
      () => [statusLine('done', `Deleted ${targetLabel(target)}.`)],
    );
  },
});

async function confirmByTyping(slug: string, ctx: Context): Promise<void> {
  const prompter = await ctx.prompts.requireConfirmation(`Deleting ${slug} can't be undone.`);
  const typed = await prompter.text({ message: `Type ${slug} to delete it permanently:` });
  if (typed.trim() === slug) return;
  throw new LumioError('confirmation', {
    code: 'confirmation_mismatch',
    message: `"${typed}" isn't "${slug}". Nothing was deleted.`,
  });
}
