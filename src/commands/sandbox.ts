import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  defineCommand,
  integer,
  type ParsedValues,
  type Result,
  result,
  strings,
} from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { LumioError, usageError } from '../errors.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/server.ts';
import { createTemporaryDirectory } from '../shared/paths.ts';
import { assignmentLines } from '../shared/shell-quote.ts';
import { copyable, line, statusLine, strong } from '../terminal/view.ts';
import { sandboxOptions } from './shared-options.ts';

type Options = ParsedValues<typeof sandboxOptions>;

const defaultPort = 4810;

export const sandboxStart = defineCommand({
  path: ['sandbox', 'start'],
  summary: 'Run the API on this machine until Ctrl-C',
  details:
    'Without --seed, the sandbox contains the example extension in the API ' +
    'documentation, my-scoreboard, and the extension in the nearest lumio.config.json, ' +
    'as a draft without versions. The state is in memory, unless you pass --data. The ' +
    'sandbox listens only on loopback addresses. In a terminal, it logs requests to ' +
    'stderr (--quiet disables the log, --verbose enables it elsewhere). "lumio help ' +
    'faults" lists the faults.',
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
  options: Options & { readonly port: number | undefined },
  ctx: Context,
): AsyncGenerator<Result> {
  const sandbox = await openSandbox(
    options,
    {
      port: options.port ?? defaultPort,
      logsRequests: ctx.host.stderr.isTerminal || ctx.options.verbose,
    },
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

/** Ctrl-C is how a sandbox ends. @throws the reason of another signal */
async function stopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  const reason: unknown = signal.reason;
  if (!(reason instanceof LumioError && reason.kind === 'interrupted')) throw reason;
}

export const sandboxExec = defineCommand({
  path: ['sandbox', 'exec'],
  summary: 'Run a command against a sandbox',
  details:
    'Sets LUMIO_API_URL and LUMIO_API_KEY for the command, starts a sandbox on a free ' +
    'port, stops it when the command ends, and exits with its exit code. ' +
    'Without --seed, the sandbox contains the example extension in the API ' +
    'documentation, my-scoreboard, and the extensions in the nearest lumio.config.json ' +
    'and in the directories that the command names, as drafts without versions. "lumio ' +
    'help faults" lists the faults.',
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
        'Specify a program. If it comes from a variable, check that it is set.',
      );
    // A deploy needs it, and the command may hide the error.
    await rm(await createTemporaryDirectory(ctx.host.tempDir), { recursive: true });
    const sandbox = await openSandbox(
      options,
      { port: 0, logsRequests: ctx.options.verbose, command },
      ctx,
    );
    try {
      const { runProgram } = await import('../shared/child-process.ts');
      const { cwd, signal, stdin } = ctx.host;
      const env = { ...ctx.host.env, LUMIO_API_URL: sandbox.url, LUMIO_API_KEY: sandbox.apiKey };
      const exitCode = await runProgram(command, { cwd, signal, stdin, env });
      return result(null, () => [], { exitCode, bytes: new Uint8Array() });
    } finally {
      await sandbox.close();
    }
  },
});

interface OpenOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly logsRequests: boolean;
  readonly command?: readonly string[];
}

/** Starts a sandbox on loopback. @param command runs while the sandbox does */
async function openSandbox(
  options: Options,
  { port, logsRequests, command = [] }: OpenOptions,
  ctx: Context,
): Promise<Sandbox> {
  const [{ parseFault }, { sandboxKey, startSandbox }, { formatRequest }, { readJsonFile }] =
    await Promise.all([
      import('../sandbox/faults.ts'),
      import('../sandbox/server.ts'),
      import('../sandbox/app.ts'),
      import('../input/json.ts'),
    ]);
  const { clock, cwd, signal } = ctx.host;
  const seed =
    options.seed === undefined ? undefined : await readJsonFile(resolve(cwd, options.seed), signal);
  const sandbox = await startSandbox({
    port,
    apiKey: sandboxKey,
    dataDir: options.data === undefined ? undefined : resolve(cwd, options.data),
    seed,
    linked: seed === undefined ? await linkedExtensions(command, ctx) : [],
    reviewMode: options.review ?? 'approve',
    reviewAfterMs: options.reviewAfter ?? 3000,
    rateLimit: options.rateLimit ?? 1,
    latencyMs: options.latency ?? 0,
    faults: options.fault.map(parseFault),
    clock,
    log: logsRequests ? (entry) => ctx.log.note(formatRequest(entry, clock.now())) : undefined,
  });
  for (const added of sandbox.added)
    ctx.log.note(`The sandbox also contains the extension ${added} from your lumio.config.json.`);
  return sandbox;
}

/**
 * Those of the working directory and of the paths that the command names, as in `lumio -C app
 * deploy`. The command that needs an invalid lumio.config.json reports it.
 */
async function linkedExtensions(
  command: readonly string[],
  { host, project }: Context,
): Promise<NonNullable<SandboxOptions['linked']>> {
  const { findManifest } = await import('../project/manifest.ts');
  const paths = command.map((word) => resolve(host.cwd, word.replace(/^--?[\w-]+=/, '')));
  const searches = [project(), ...paths.map(findManifest)];
  const manifests = await Promise.all(searches.map((found) => found.catch(() => undefined)));
  return manifests.flatMap((manifest) =>
    manifest?.extensionId === undefined
      ? []
      : [{ extension: manifest.extensionId, name: manifest.name }],
  );
}
