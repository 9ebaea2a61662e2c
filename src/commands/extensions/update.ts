import { defineCommand, result, string } from '../../cli/command.ts';
import { LumioError } from '../../errors.ts';
import { fieldsOf } from '../../terminal/record.ts';
import { bodyOptions, readBody } from './body.ts';
import { extensionOption } from '../shared-options.ts';

export const extensionsUpdate = defineCommand({
  path: ['extensions', 'update'],
  summary: 'Change fields of an extension',
  details: 'Only the fields that are given are changed.',
  args: {
    extension: string('[extension]', 'id or slug, the same as -e', { completion: 'extension' }),
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
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    ctx.log.target(target);
    const client = await ctx.client();
    const { extensionOf } = await import('../../api/schemas.ts');
    return result(await client.updateExtension(target.id, body), (answer) => [
      fieldsOf(extensionOf(answer)),
    ]);
  },
});
