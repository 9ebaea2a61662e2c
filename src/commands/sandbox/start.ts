import { defineCommand, integer, type Result, result } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import { assignmentLines } from '../../shared/shell-quote.ts';
import { copyable, line, statusLine, strong } from '../../terminal/view.ts';
import { openSandbox, sandboxOptions } from './options.ts';

const defaultPort = 4810;

export const sandboxStart = defineCommand({
  path: ['sandbox', 'start'],
  summary: 'Run the API on this machine until Ctrl-C',
  details:
    'Without --seed, the sandbox has the example extension of the API documentation, ' +
    'my-scoreboard, and the one of the nearest lumio.config.json as a draft without ' +
    'versions. The state is in memory, unless you pass --data. The sandbox listens on ' +
    'loopback only. On a terminal it logs requests to stderr (--quiet turns this off, ' +
    '--verbose turns it on elsewhere). "lumio help faults" lists the faults.',
  args: {},
  options: {
    port: integer(
      '--port <number>',
      `Port to listen on, 0 for any free one (default: ${defaultPort})`,
      { min: 0, max: 65_535 },
    ),
    ...sandboxOptions,
  },
  examples: {
    'lumio sandbox start': 'Start on port 4810, in memory',
    'lumio sandbox start --data ./sandbox-data --review reject':
      'Keep the state and reject every version',
    'lumio sandbox start --fault submitVersion=drop-after-commit':
      'Lose the response to each upload',
  },
  errors: [],
  run: (_args, options, ctx) => serve(options, ctx),
});

async function* serve(
  options: Parameters<typeof openSandbox>[0] & { port: number | undefined },
  ctx: Context,
): AsyncGenerator<Result> {
  const sandbox = await openSandbox(
    options,
    { port: options.port ?? defaultPort, logsRequests: ctx.host.stderr.isTerminal },
    ctx,
  );
  try {
    const { url, apiKey, port } = sandbox;
    yield result(
      { url, apiKey, port },
      () => [
        statusLine('done', 'The sandbox listens on', strong(url)),
        line(''),
        ...assignmentLines({ LUMIO_API_URL: url, LUMIO_API_KEY: apiKey }, ctx.host).map((text) =>
          copyable(text),
        ),
      ],
      {
        next: [
          'Set these variables in another terminal, then run: lumio extensions list',
          options.data === undefined
            ? 'Ctrl-C stops the sandbox and discards its state.'
            : `Ctrl-C stops the sandbox. Its state is in ${options.data}.`,
        ],
      },
    );
    await stopped(ctx.host.signal);
  } finally {
    await sandbox.close();
    ctx.log.hint('Stopped.');
  }
}

/** Ctrl-C is not an error: it is how a sandbox ends. @throws the reason of another signal */
async function stopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  const reason: unknown = signal.reason;
  if (!(reason instanceof LumioError && reason.kind === 'interrupted')) throw reason;
}
