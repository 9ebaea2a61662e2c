import { defineCommand, result } from '../../cli/command.ts';
import type { Logger } from '../../cli/logger.ts';
import { LumioError } from '../../errors.ts';
import { extensionArguments } from '../../project/follow-up.ts';
import { type Target, targetLabel } from '../../project/target.ts';
import { fieldsOf, summary } from '../../terminal/view.ts';
import { bodyOptions, readBody, unknownFields } from './body.ts';
import { extensionArgument, extensionOption } from '../shared-options.ts';

export const extensionsUpdate = defineCommand({
  path: ['extensions', 'update'],
  summary: 'Change fields of an extension',
  details: 'Changes only the specified fields.',
  args: { extension: extensionArgument },
  options: { extension: extensionOption, ...bodyOptions },
  examples: {
    'lumio extensions update --visibility public': 'Make the linked extension public',
    'lumio extensions update my-scoreboard --description-file README.md':
      'Read the description from a file',
  },
  errors: ['auth', 'not_found', 'rejected', 'refused', 'confirmation'],
  async run(args, options, ctx) {
    const body = await readBody(options, ctx);
    if (Object.keys(body).length === 0) {
      throw new LumioError('usage', {
        code: 'nothing_to_update',
        message: 'No field to update specified.',
        hint: 'Pass --name, --short-description, --description, --pricing, --visibility or --input.',
      });
    }
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    ctx.log.target(target);
    const notes = await unknownFields(body);
    for (const note of notes) ctx.log.warn(note);
    const client = await ctx.client();
    const { extensionOf } = await import('../../api/schemas.ts');
    const { visibility } = body;
    const { confirmPublic, isPublic } = await import('../../project/choices.ts');
    if (isPublic(visibility) && !ctx.options.yes) {
      const current = extensionOf(await client.call('getExtension', { id: target.id }));
      if (!isPublic(current.visibility))
        await confirmPublic(visibility, current.name ?? targetLabel(target), ctx);
    }
    const response = await client.call('updateExtension', { id: target.id }, { body });
    const data = notes.length === 0 ? response : { ...response, notes };
    const extension = extensionOf(response);
    warnAboutOldName(target, extension.name, ctx.log);
    const done = summary('done', `Updated ${extension.name ?? extension.slug ?? target.id}.`);
    const named = extensionArguments(target, ctx.host.cwd);
    return result(data, () => [done, fieldsOf(extension)], {
      next: isPublic(visibility) ? [`Next: "lumio open store${named}" opens its store page.`] : [],
    });
  },
});

/** Messages show the name in lumio.config.json. */
function warnAboutOldName(
  { name, source, sourceLabel }: Target,
  current: string | null | undefined,
  log: Logger,
): void {
  if (source === 'manifest' && name !== undefined && name !== current)
    log.warn(`${sourceLabel} still has the name ${JSON.stringify(name)}.`);
}
