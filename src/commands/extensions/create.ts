import { defineCommand, result } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { shellQuote } from '../../shared/shell-quote.ts';
import { fieldsOf, summary } from '../../terminal/view.ts';
import { bodyOptions, readBody, unknownFields } from './body.ts';

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
    const notes = await unknownFields(body);
    for (const note of notes) ctx.log.warn(note);
    const { confirmPublic } = await import('../../project/choices.ts');
    await confirmPublic(body['visibility'], String(body['name']), ctx);
    const { response, recovered } = await (await ctx.client()).createExtension(body);
    const data = { ...response, recovered, ...(notes.length > 0 ? { notes } : {}) };
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
  const { askForExtension } = await import('../../project/choices.ts');
  const { name, shortDescription } = await askForExtension(prompter, {
    shortDescription: known.shortDescription,
  });
  return shortDescription === '' ? { name } : { name, short_description: shortDescription };
}
