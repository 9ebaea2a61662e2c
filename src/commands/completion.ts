import { defineCommand, requiredChoice, result } from '../cli/command.ts';

export const completion = defineCommand({
  path: ['completion'],
  summary: 'Print a shell completion script',
  details:
    'Completes commands, options, and values from the API: extensions, versions, names of secrets. Those are cached for a minute and left out when the API does not respond at once. Load the script after your aliases of lumio, so that it completes them too.',
  args: {
    shell: requiredChoice('<shell>', 'Shell to print the script for', [
      'bash',
      'zsh',
      'fish',
      'powershell',
    ]),
  },
  options: {},
  examples: [
    { command: 'eval "$(lumio completion bash)"', text: 'In ~/.bashrc' },
    { command: 'eval "$(lumio completion zsh)"', text: 'In ~/.zshrc' },
    {
      command: 'lumio completion fish > ~/.config/fish/completions/lumio.fish',
      text: 'Once, for fish',
    },
    {
      command: 'lumio completion powershell | Out-String | Invoke-Expression',
      text: 'In $PROFILE, for PowerShell',
    },
  ],
  errors: [],
  async run({ shell }) {
    const { scripts } = await import('../completion/scripts.ts');
    return result({ shell, script: scripts[shell] }, ({ script }) => [
      { kind: 'text', text: script },
    ]);
  },
});
