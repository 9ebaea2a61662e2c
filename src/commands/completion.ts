import { choice, defineCommand, required, result, string, strings } from '../cli/command.ts';
import { untrustedText } from '../terminal/view.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const completion = defineCommand({
  path: ['completion'],
  summary: 'Print a shell completion script',
  details:
    'Completes commands, options, and values from the API: extensions, versions and ' +
    'secret names. Values from the API are cached for a minute, and omitted if the API ' +
    'responds too slowly. Load the script after you define aliases for lumio, so that it ' +
    'completes them too.',
  args: { shell: required(choice('<shell>', 'Shell to print the script for', shells)) },
  options: {},
  examples: {
    'eval "$(lumio completion bash)"': 'Add this to ~/.bashrc',
    'eval "$(lumio completion zsh)"': 'Add this to ~/.zshrc',
    'lumio completion fish > ~/.config/fish/completions/lumio.fish': 'Run this once for fish',
    'lumio completion powershell | Out-String | Invoke-Expression':
      'Add this to $PROFILE for PowerShell',
  },
  errors: [],
  async run({ shell }) {
    const { scripts } = await import('../completion/scripts.ts');
    return result({ shell, script: scripts[shell] }, ({ script }) => [
      { kind: 'text', text: script },
    ]);
  },
});

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
