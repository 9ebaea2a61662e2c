import { defineCommand, result, string } from '../../cli/command.ts';
import { LumioError } from '../../errors.ts';
import { fieldsOf } from '../../terminal/view.ts';
import { bodyOptions, readBody } from './body.ts';
import { extensionOption } from '../shared-options.ts';

export const extensionsUpdate = defineCommand({
  path: ['extensions', 'update'],
  summary: 'Change fields of an extension',
  details: 'Changes only the specified fields.',
  args: {
    extension: string('[extension]', 'Extension ID or slug, the same as -e', {
      completion: 'extension',
    }),
  },
  options: { extension: extensionOption, ...bodyOptions },
  examples: [
    {
      command: 'lumio extensions update --visibility public',
      text: 'Make the linked extension public',
    },
    {
      command: 'lumio extensions update my-scoreboard --description-file README.md',
      text: 'Read the description from a file',
    },
  ],
  errors: ['auth', 'not_found', 'rejected'],
  json: 'the response of PATCH /extensions/:id: {"extension": {…}}',
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
    const client = await ctx.client();
    const { extensionOf } = await import('../../api/schemas.ts');
    return result(await client.updateExtension(target.id, body), (response) => [
      fieldsOf(extensionOf(response)),
    ]);
  },
});
