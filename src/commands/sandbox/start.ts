import { defineCommand, integer, type Result, result } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { copyable, line, statusLine, strong } from '../../terminal/view.ts';
import { openSandbox, sandboxOptions } from './options.ts';

const defaultPort = 4810;

export const sandboxStart = defineCommand({
  path: ['sandbox', 'start'],
  summary: 'Serve the whole API on this machine until Ctrl-C',
  details:
    'Unless --seed says otherwise it holds the extension of the API page, my-scoreboard, and the one that the nearest lumio.config.json names, as a draft without versions. The state is in memory and gone at Ctrl-C, or kept with --data. It listens on loopback only. With --verbose it prints a line per request.',
  args: {},
  options: {
    port: integer(
      '--port <number>',
      `port to listen on; 0 takes a free one (default: ${defaultPort})`,
      { min: 0, max: 65_535 },
    ),
    ...sandboxOptions,
  },
  examples: [
    { command: 'lumio sandbox start', text: 'In memory, on port 4810' },
    {
      command: 'lumio sandbox start --data ./sandbox-data --review reject',
      text: 'Kept in a folder; every review says no',
    },
    {
      command: 'lumio sandbox start --fault submitVersion=drop-after-commit',
      text: 'Rehearse an upload whose answer is lost',
    },
  ],
  errors: [],
  json: '{"url", "apiKey", "port"} once it listens; the process goes on until it is stopped',
  run: (_args, options, ctx) => serve(options, ctx),
});

async function* serve(
  options: Parameters<typeof openSandbox>[0] & { port: number | undefined },
  ctx: Context,
): AsyncGenerator<Result> {
  const sandbox = await openSandbox(options, options.port ?? defaultPort, ctx);
  try {
    const { url, apiKey, port } = sandbox;
    yield result(
      { url, apiKey, port },
      () => [
        statusLine('done', 'The sandbox listens on', strong(url)),
        line(''),
        copyable(`export LUMIO_API_URL=${url}`),
        copyable(`export LUMIO_API_KEY=${apiKey}`),
      ],
      {
        next: [
          'Set these two in another terminal, then try: lumio extensions list',
          `Ctrl-C stops the sandbox; its state ${options.data === undefined ? 'is in memory and then gone' : `stays in ${options.data}`}.`,
        ],
      },
    );
    await stopped(ctx.host.signal);
  } finally {
    await sandbox.close();
    ctx.log.hint('Stopped.');
  }
}

/** Ctrl-C is how a sandbox is meant to end: no error. */
function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
