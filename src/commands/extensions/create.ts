import { defineCommand, result } from '../../cli/command.ts';
import { shellQuote } from '../../shared/shell-quote.ts';
import { fieldsOf } from '../../terminal/record.ts';
import { bodyOptions, readBody } from './body.ts';

export const extensionsCreate = defineCommand({
  path: ['extensions', 'create'],
  summary: 'Create an extension, as a draft',
  args: {},
  options: bodyOptions,
  examples: [
    {
      command: 'lumio extensions create --name "Sports Scoreboard" --pricing free',
      text: 'A free extension',
    },
    {
      command: 'lumio extensions create --input extension.json',
      text: 'The whole body from a file',
    },
  ],
  errors: ['auth', 'rejected'],
  json: 'the answer of POST /extensions: {"extension": {…}}, and "recovered"',
  async run(_args, options, ctx) {
    const body = await readBody(options, ctx);
    if (body['name'] === undefined) body['name'] = await askName(ctx);
    const { answer, recovered } = await (await ctx.client()).createExtension(body);
    return result({ ...answer, recovered }, (data) => [fieldsOf(data.extension)], {
      next: [`Next: "lumio init -e ${shellQuote(answer.extension.id)}" links this folder to it.`],
    });
  },
});

async function askName(ctx: Parameters<typeof readBody>[1]): Promise<string> {
  const prompter = await ctx.prompts.require({
    message: 'A new extension needs a name.',
    hint: 'Give it with --name.',
  });
  return prompter.text({ message: 'Name of the new extension:', check: nameFlaw });
}

function nameFlaw(answer: string): string | undefined {
  return answer.trim() === '' ? 'A name is needed.' : undefined;
}
