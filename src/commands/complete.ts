import { defineCommand, requiredString, result, strings } from '../cli/command.ts';
import { untrustedText } from '../terminal/view.ts';

/** What completion scripts call: `lumio __complete <index> <words…>`. */
export const complete = defineCommand({
  path: ['__complete'],
  summary: 'Candidates for the word at the cursor',
  args: {
    index: requiredString('<index>', 'which word the cursor is at'),
    words: strings('[words...]', 'the words after lumio'),
  },
  options: {},
  examples: [],
  errors: [],
  json: '{"candidates"}',
  passThrough: true,
  async run({ index, words }, _options, ctx) {
    const { complete } = await import('../completion/index.ts');
    const candidates = await complete(Number(index), words, ctx);
    return result({ candidates }, () =>
      candidates.length === 0 ? [] : [untrustedText(candidates.join('\n'))],
    );
  },
});
