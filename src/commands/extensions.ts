import { defineCommand, result } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { Logger } from '../cli/logger.ts';
import { LumioError } from '../errors.ts';
import { extensionArguments } from '../project/follow-up.ts';
import { type Target, targetLabel } from '../project/target.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import {
  fieldsOf,
  optional,
  status,
  statusLine,
  summary,
  table,
  time,
  untrusted,
} from '../terminal/view.ts';
import { bodyOptions, readBody, warnAboutFields } from './extension-body.ts';
import {
  extensionArgument,
  extensionOption,
  limitOption,
  applyLimit,
  newestFirst,
} from './shared-options.ts';

export const extensionsList = defineCommand({
  path: ['extensions', 'list'],
  summary: 'List your extensions',
  args: {},
  options: { limit: limitOption },
  examples: {
    'lumio extensions list': 'List all extensions of your account',
    "lumio extensions list --query 'extensions[].slug'": 'Print only their slugs',
  },
  errors: ['auth'],
  async run(_args, options, ctx) {
    const response = await (await ctx.client()).call('listExtensions');
    const newest = newestFirst(
      response.extensions,
      ({ updatedAt, createdAt }) => updatedAt ?? createdAt,
    );
    const shown = applyLimit(newest, options.limit, ctx.log);
    return result({ ...response, extensions: shown }, ({ extensions }) => [
      table(
        [
          { label: 'Slug', identifier: true },
          { label: 'Name', flexible: true },
          { label: 'Status' },
          { label: 'Visibility', optional: true },
          { label: 'Installs', align: 'right', optional: true },
          { label: 'Updated', optional: true },
          { label: 'ID', identifier: true },
        ],
        extensions.map((extension) => [
          optional(extension.slug),
          untrusted(extension.name),
          status(extension.status),
          optional(extension.visibility),
          optional(extension.installCount),
          time(extension.updatedAt),
          extension.id,
        ]),
        'No extensions yet. Create one with "lumio extensions create --name <name>".',
      ),
    ]);
  },
});

export const extensionsGet = defineCommand({
  path: ['extensions', 'get'],
  summary: 'Show all fields of an extension',
  args: { extension: extensionArgument },
  options: { extension: extensionOption },
  examples: {
    'lumio extensions get my-scoreboard': 'Show an extension by its slug',
    'lumio extensions get --json': 'Print the linked extension as JSON',
  },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const client = await ctx.client();
    const { extensionOf } = await import('../api/schemas.ts');
    return result(await client.call('getExtension', { id: target.id }), (response) => [
      fieldsOf(extensionOf(response)),
    ]);
  },
});

export const extensionsCreate = defineCommand({
  path: ['extensions', 'create'],
  summary: 'Create an extension as a draft',
  args: {},
  options: bodyOptions,
  examples: {
    'lumio extensions create --name "Sports Scoreboard" --pricing free': 'Create a free extension',
    'lumio extensions create --input extension.json': 'Read the request body from a file',
  },
  errors: ['auth', 'rejected', 'refused', 'confirmation'],
  async run(_args, options, ctx) {
    const passed = await readBody(options, ctx);
    const body =
      passed['name'] === undefined ? { ...passed, ...(await askForBody(options, ctx)) } : passed;
    const notes = await warnAboutFields(body, ctx.log);
    const { confirmPublic } = await import('../project/choices.ts');
    await confirmPublic(body['visibility'], String(body['name']), ctx);
    const { response, recovered } = await (await ctx.client()).createExtension(body);
    const data = { ...response, recovered, ...notes };
    const { extension } = response;
    const done = summary('done', `Created ${extension.name ?? extension.slug ?? extension.id}.`);
    return result(data, () => [done, fieldsOf(extension)], {
      next: [
        'Next: link this directory with ' +
          `"lumio init -e ${shellQuote(extension.slug ?? extension.id)}".`,
      ],
    });
  },
});

/** Called only without --name, so a passed name means that nothing is prompted for. */
async function askForBody(
  known: { readonly shortDescription: string | undefined },
  ctx: Context,
): Promise<Record<string, string>> {
  const prompter = await ctx.prompts.require({
    message: 'No name specified for the new extension.',
    hint: 'Pass --name.',
  });
  const { askForExtension } = await import('../project/choices.ts');
  const { name, shortDescription } = await askForExtension(prompter, {
    shortDescription: known.shortDescription,
  });
  return shortDescription === '' ? { name } : { name, short_description: shortDescription };
}

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
    const notes = await warnAboutFields(body, ctx.log);
    const client = await ctx.client();
    const { extensionOf } = await import('../api/schemas.ts');
    const { visibility } = body;
    const { confirmPublic, isPublic } = await import('../project/choices.ts');
    if (isPublic(visibility) && !ctx.options.yes) {
      const current = extensionOf(await client.call('getExtension', { id: target.id }));
      if (!isPublic(current.visibility))
        await confirmPublic(visibility, current.name ?? targetLabel(target), ctx);
    }
    const response = await client.call('updateExtension', { id: target.id }, { body });
    const extension = extensionOf(response);
    warnAboutOldName(target, extension.name, ctx.log);
    const done = summary('done', `Updated ${extension.name ?? extension.slug ?? target.id}.`);
    const named = extensionArguments(target, ctx.host.cwd);
    return result({ ...response, ...notes }, () => [done, fieldsOf(extension)], {
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
      const { extensionOf } = await import('../api/schemas.ts');
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
