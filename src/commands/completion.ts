import { choice, defineCommand, required, result } from '../cli/command.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const completion = defineCommand({
  path: ['completion'],
  summary: 'Print a shell completion script',
  details:
    'Completes commands, options, and values from the API: extensions, versions, names of secrets. Those are cached for a minute and left out when the API does not respond at once. Load the script after your aliases of lumio, so that it completes them too.',
  args: { shell: required(choice('<shell>', 'Shell to print the script for', shells)) },
  options: {},
  examples: {
    'eval "$(lumio completion bash)"': 'In ~/.bashrc',
    'eval "$(lumio completion zsh)"': 'In ~/.zshrc',
    'lumio completion fish > ~/.config/fish/completions/lumio.fish': 'Once, for fish',
    'lumio completion powershell | Out-String | Invoke-Expression': 'In $PROFILE, for PowerShell',
  },
  errors: [],
  async run({ shell }) {
    const { scripts } = await import('../completion/scripts.ts');
    return result({ shell, script: scripts[shell] }, ({ script }) => [
      { kind: 'text', text: script },
    ]);
  },
});
