import { defineCommand, required, result, texts } from '../command.ts';
import { foreign } from '../ui/format.ts';

/** What completion scripts call: `lumio __complete <index> <words…>`. */
export const complete = defineCommand({
  path: ['__complete'],
  summary: 'Candidates for the word at the cursor',
  args: {
    index: required('<index>', 'which word the cursor is at'),
    words: texts('[words...]', 'the words after lumio'),
  },
  options: {},
  examples: [],
  errors: [],
  json: '{"candidates"}',
  passThrough: true,
  async run({ index, words }, _options, ctx) {
    const { complete } = await ctx.rooms.completion();
    const candidates = await complete(Number(index), words, ctx);
    return result({ candidates }, () =>
      candidates.length === 0 ? [] : [foreign(candidates.join('\n'))],
    );
  },
});
