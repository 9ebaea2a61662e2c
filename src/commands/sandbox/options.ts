/** The options of `sandbox start` and `sandbox exec`. */
import { resolve } from 'node:path';
import {
  choice,
  duration,
  custom,
  file,
  directory,
  strings,
  type ParsedValues,
} from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import { parseDuration } from '../../shared/quantities.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';

export const sandboxOptions = {
  data: directory(
    '--data <dir>',
    'Keep the state and bundles in this directory (default: in memory)',
  ),
  seed: file('--seed <file.json>', 'Start with the extensions in this file'),
  review: choice('--review <outcome>', 'Outcome of reviews (default: approve)', [
    'approve',
    'reject',
    'never',
  ]),
  reviewAfter: duration('--review-after <duration>', 'Duration of reviews (default: 3s)'),
  rateLimit: custom(
    '--rate-limit <factor or off>',
    'Multiply the rate limits of the API, or turn them off (default: 1)',
    readRateLimit,
  ),
  latency: custom(
    '--latency <duration>',
    'Delay before each response, such as 200ms (default: 0)',
    readLatency,
  ),
  fault: strings(
    '--fault <endpoint=fault>',
    'Make requests fail, as in submitVersion=429:2@1 ' +
      '(<endpoint>=<fault>[:<count>][@<seconds>]); repeatable',
    { completion: 'fault' },
  ),
} as const;

/** Users think of a latency in milliseconds, but elsewhere a plain number means seconds. */
function readLatency(raw: string, source: string): number {
  if (!/^\s*[\d.]+\s*$/.test(raw) || Number(raw) === 0) return parseDuration(raw, source);
  throw new LumioError('usage', {
    code: 'invalid_duration',
    message: `The value "${raw}" of --latency has no unit.`,
    hint: `Write ${raw.trim()}ms or ${raw.trim()}s.`,
  });
}

function readRateLimit(raw: string): number | 'off' {
  if (raw === 'off') return 'off';
  const factor = /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : 0;
  if (factor > 0) return factor;
  throw new LumioError('usage', {
    code: 'invalid_option',
    message: 'Invalid value for --rate-limit.',
    hint: 'Use "off" or a factor above 0, such as 0.1 or 10.',
  });
}

interface OpenOptions {
  readonly port: number;
  readonly logsRequests: boolean;
  readonly command?: readonly string[];
}

/**
 * Starts a sandbox on loopback.
 * @param port 0: any free one
 * @param logsRequests logs requests also without --verbose
 * @param command is run with the sandbox
 */
export async function openSandbox(
  options: ParsedValues<typeof sandboxOptions>,
  { port, logsRequests, command = [] }: OpenOptions,
  ctx: Context,
): Promise<Sandbox> {
  const [{ parseFault }, { sandboxKey, startSandbox }, { formatRequest }, { readJsonFile }] =
    await Promise.all([
      import('../../sandbox/faults.ts'),
      import('../../sandbox/server.ts'),
      import('../../sandbox/app.ts'),
      import('../../input/json.ts'),
    ]);
  const { clock, cwd, signal, tempDir } = ctx.host;
  const seed =
    options.seed === undefined ? undefined : await readJsonFile(resolve(cwd, options.seed), signal);
  const isLogged = logsRequests || ctx.options.verbose;
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
    tempDir,
    log: isLogged ? (entry) => ctx.log.note(formatRequest(entry, clock.now())) : undefined,
  });
  for (const added of sandbox.added)
    ctx.log.note(`The sandbox also has the extension ${added} of your lumio.config.json.`);
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
  const { findManifest } = await import('../../project/manifest.ts');
  const paths = command.map((word) => resolve(host.cwd, word.replace(/^--?[\w-]+=/, '')));
  const searches = [project(), ...paths.map(findManifest)];
  const manifests = await Promise.all(searches.map((found) => found.catch(() => undefined)));
  return manifests.flatMap((manifest) =>
    manifest?.extensionId === undefined
      ? []
      : [{ extension: manifest.extensionId, name: manifest.name }],
  );
}
