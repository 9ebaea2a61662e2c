import { defineCommand, required, result, string, strings } from '../cli/command.ts';
import { untrustedText } from '../terminal/view.ts';

/** For completion scripts: `lumio __complete <index> <words…>`. */
export const complete = defineCommand({
  path: ['__complete'],
  summary: 'Print candidates for the word at the cursor',
  args: {
    index: required(string('<index>', 'Index of the word at the cursor')),
    words: strings('[words...]', 'Words after lumio'),
  },
  options: {},
  examples: {},
  errors: [],
  passThrough: true,
  async run({ index, words }, _options, ctx, registry) {
    const { complete } = await import('../completion/complete.ts');
    const candidates = await complete(Number(index), words, ctx, registry);
    return result({ candidates }, () =>
      candidates.length === 0 ? [] : [untrustedText(candidates.join('\n'))],
    );
  },
});
