import { defineCommand, result, strings } from '../../cli/command.ts';
import { usageError } from '../../errors.ts';
import { openSandbox, sandboxOptions } from './options.ts';

export const sandboxExec = defineCommand({
  path: ['sandbox', 'exec'],
  summary: 'Run a command with a sandbox',
  details:
    'Sets LUMIO_API_URL and LUMIO_API_KEY for the command, starts a sandbox on a free ' +
    'port, stops it when the command ends, and exits with the exit code of the command. ' +
    'Without --seed, the sandbox has the example extension of the API documentation, ' +
    'my-scoreboard, and those of the nearest lumio.config.json and of the directories that ' +
    'the command names, as drafts without versions. "lumio help faults" lists the faults.',
  args: { command: strings('<command...>', 'Command and its arguments') },
  options: sandboxOptions,
  examples: {
    'lumio sandbox exec -- lumio deploy --wait': 'Try a deploy',
    'lumio sandbox exec --fault submitVersion=500:1 -- npm run release':
      'Try a release whose first upload fails',
  },
  errors: [],
  passThrough: true,
  async run(args, options, ctx) {
    const { command } = args;
    if (command[0] === '')
      throw usageError(
        'missing_input',
        'The command is empty.',
        'Specify a program. A variable in its place may not be set.',
      );
    const sandbox = await openSandbox(options, { port: 0, logsRequests: false, command }, ctx);
    try {
      const { runProgram } = await import('../../shared/child-process.ts');
      const { cwd, signal, stdin } = ctx.host;
      const env = { ...ctx.host.env, LUMIO_API_URL: sandbox.url, LUMIO_API_KEY: sandbox.apiKey };
      const exitCode = await runProgram(command, { cwd, signal, stdin, env });
      return result(null, () => [], { exitCode, bytes: new Uint8Array() });
    } finally {
      await sandbox.close();
    }
  },
});
