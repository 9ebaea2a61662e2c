import { defineCommand, result, string } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const extensionsDelete = defineCommand({
  path: ['extensions', 'delete'],
  summary: 'Delete an extension that was never publicly listed',
  details: 'On a terminal the slug has to be typed; elsewhere --yes is needed.',
  args: {
    extension: string('[extension]', 'id or slug, the same as -e', { completion: 'extension' }),
  },
  options: { extension: extensionOption },
  examples: [{ command: 'lumio extensions delete my-draft --yes', text: 'Without being asked' }],
  errors: ['auth', 'not_found', 'confirmation'],
  json: '{"extension": {"id", "slug"}, "deleted": true}',
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    ctx.log.target(target);
    const client = await ctx.client();
    if (!ctx.options.yes) {
      const { extensionOf } = await import('../../api/schemas.ts');
      const extension = extensionOf(await client.getExtension(target.id));
      // An empty slug would be typed by pressing Enter.
      await confirmByTyping(extension.slug?.trim() || target.id, ctx);
    }
    await client.deleteExtension(target.id);
    const manifest = await ctx.project().catch(() => undefined);
    const isLinked = [target.id, target.slug].includes(manifest?.extensionId?.trim());
    if (manifest?.extensionId !== undefined && isLinked)
      ctx.log.note(
        'Note: lumio.config.json still names it; lumio init links this folder to another one.',
      );
    const name = target.slug ?? target.id;
    return result(
      { extension: { id: target.id, slug: target.slug ?? null }, deleted: true },
      () => [statusLine('done', `Deleted ${name}.`)],
    );
  },
});

async function confirmByTyping(slug: string, ctx: Context): Promise<void> {
  const prompter = await ctx.prompts.requireConfirmation(`Deleting ${slug} can't be undone.`);
  const typed = await prompter.text({
    message: `This deletes ${slug} for good. Type its slug to go on:`,
  });
  if (typed.trim() === slug) return;
  throw new LumioError('confirmation', {
    code: 'confirmation_mismatch',
    message: `"${typed}" is not "${slug}". Nothing was deleted.`,
  });
}
