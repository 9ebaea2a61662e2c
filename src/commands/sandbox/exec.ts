import { defineCommand, result, strings } from '../../cli/command.ts';
import { openSandbox, sandboxOptions } from './options.ts';

export const sandboxExec = defineCommand({
  path: ['sandbox', 'exec'],
  summary: 'Run a command with a sandbox of its own, and end with its exit code',
  details:
    'The command finds the sandbox in LUMIO_API_URL and LUMIO_API_KEY. The sandbox takes a free port and stops with the command. Unless --seed says otherwise it holds the extension of the API page, my-scoreboard, and the one that the nearest lumio.config.json names, as a draft without versions.',
  args: { command: strings('<command...>', 'the command and its arguments') },
  options: sandboxOptions,
  examples: [
    { command: 'lumio sandbox exec -- lumio deploy --wait', text: 'Rehearse a deploy' },
    {
      command: 'lumio sandbox exec --fault submitVersion=500:1 -- npm run release',
      text: 'Rehearse a release whose upload fails once',
    },
  ],
  errors: [],
  json: 'what the command prints; lumio adds nothing',
  passThrough: true,
  async run(args, options, ctx) {
    const sandbox = await openSandbox(options, 0, ctx);
    try {
      const { runProgram } = await import('../../shared/child-process.ts');
      const { cwd, signal, stdin } = ctx.host;
      const env = { ...ctx.host.env, LUMIO_API_URL: sandbox.url, LUMIO_API_KEY: sandbox.apiKey };
      const exitCode = await runProgram(args.command, { cwd, signal, stdin, env });
      return result(null, () => [], { exitCode, bytes: new Uint8Array() });
    } finally {
      await sandbox.close();
    }
  },
});
