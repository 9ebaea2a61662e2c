import { defineCommand, requiredChoice, result } from '../cli/command.ts';

export const completion = defineCommand({
  path: ['completion'],
  summary: 'Print the completion script of a shell',
  details:
    'Commands and options come from lumio itself; slugs, versions and names of secrets from the API, kept for a minute. When the API does not answer at once, they are left out.',
  args: {
    shell: requiredChoice('<shell>', 'bash, zsh, fish or powershell', [
      'bash',
      'zsh',
      'fish',
      'powershell',
    ]),
  },
  options: {},
  examples: [
    {
      command: 'source <(lumio completion bash)',
      text: 'In ~/.bashrc; the same with zsh in ~/.zshrc',
    },
    {
      command: 'lumio completion fish > ~/.config/fish/completions/lumio.fish',
      text: 'Once, for fish',
    },
    {
      command: 'lumio completion powershell | Out-String | Invoke-Expression',
      text: 'In $PROFILE',
    },
  ],
  errors: [],
  json: '{"shell", "script"}',
  async run({ shell }) {
    const { scripts } = await import('../completion/scripts.ts');
    return result({ shell, script: scripts[shell] }, ({ script }) => [
      { kind: 'text', text: script },
    ]);
  },
});
