import { defineCommand, result, text } from '../command.ts';
import { LumioError } from '../errors.ts';
import { fieldsOf } from '../ui/record.ts';
import { bodyOptions, readBody } from './extension-body.ts';
import { extensionOption } from './shared-options.ts';

export const extensionsUpdate = defineCommand({
  path: ['extensions', 'update'],
  summary: 'Change fields of an extension',
  details: 'Only the fields that are given are changed.',
  args: {
    extension: text('[extension]', 'id or slug, the same as -e', { completes: 'extension' }),
  },
  options: { extension: extensionOption, ...bodyOptions },
  examples: [
    {
      command: 'lumio extensions update --visibility public',
      text: 'Publish the linked extension',
    },
    {
      command: 'lumio extensions update my-scoreboard --description-file README.md',
      text: 'Its description from a file',
    },
  ],
  errors: ['auth', 'not_found', 'rejected'],
  json: 'the answer of PATCH /extensions/:id: {"extension": {…}}',
  async run(args, options, ctx) {
    const body = await readBody(options, ctx);
    if (Object.keys(body).length === 0) {
      throw new LumioError('usage', {
        code: 'nothing_to_update',
        message: 'Nothing to update was given.',
        hint: 'Give at least one of --name, --short-description, --description, --pricing, --visibility or --input.',
      });
    }
    const target = await ctx.target({ argument: args.extension, flag: options.extension });
    ctx.announce(target);
    const client = await ctx.client();
    const { extensionOf } = await ctx.rooms.api();
    return result(await client.updateExtension(target.id, body), (answer) => [
      fieldsOf(extensionOf(answer)),
    ]);
  },
});
