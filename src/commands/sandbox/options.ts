/** Options that `sandbox start` and `sandbox exec` share, and what they come to. */
import { resolve } from 'node:path';
import {
  choice,
  duration,
  custom,
  type ParameterSpec,
  string,
  strings,
  type ParsedValues,
} from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';

export const sandboxOptions = {
  data: string('--data <dir>', 'keep the state there, bundles included (else in memory)', {
    completion: 'folder',
  }),
  seed: string('--seed <file.json>', 'start with this state in place of the example', {
    completion: 'file',
  }),
  review: choice('--review <outcome>', 'what the review decides (default: approve)', [
    'approve',
    'reject',
    'never',
  ]),
  reviewAfter: duration('--review-after <duration>', 'how long the review takes (default: 3s)'),
  rateLimit: custom(
    '--rate-limit <factor or off>',
    'multiply the four rate limits, or switch them off (default: 1)',
    readRateLimit,
  ),
  latency: withUnit(
    duration('--latency <duration>', 'wait before each answer, such as 200ms (default: 0)'),
  ),
  fault: strings(
    '--fault <endpoint=fault>',
    'make requests fail, in the form <endpoint>=<fault>[:<count>][@<seconds>], such as submitVersion=429:2@1; a fault that there is not is answered with those that there are; may be repeated',
  ),
} as const;

/** A latency is thought of in milliseconds, a plain number means seconds everywhere else: so it is not taken. */
function withUnit(spec: ParameterSpec<number | undefined>): ParameterSpec<number | undefined> {
  const parse: typeof spec.parse = (raw) => {
    if (typeof raw !== 'string' || !/^\s*[\d.]+\s*$/.test(raw) || Number(raw) === 0)
      return spec.parse(raw);
    throw new LumioError('usage', {
      code: 'invalid_duration',
      message: `"${raw}" for --latency has no unit.`,
      hint: `Write ${raw.trim()}ms or ${raw.trim()}s.`,
    });
  };
  return { ...spec, parse };
}

function readRateLimit(raw: string): number | 'off' {
  if (raw === 'off') return 'off';
  const factor = /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : 0;
  if (factor > 0) return factor;
  throw new LumioError('usage', {
    code: 'invalid_option',
    message: `"${raw}" is no value for --rate-limit.`,
    hint: 'It takes "off" or a factor above 0, such as 0.1 or 10.',
  });
}

/** Key of the sandbox: well formed, and the same each time so that it can stand in a script. */
const sandboxKey = `lm_dev_sandbox_${'0'.repeat(49)}`;

/** Starts a sandbox on a loopback port. @param port 0 takes a free one */
export async function openSandbox(
  options: ParsedValues<typeof sandboxOptions>,
  port: number,
  ctx: Context,
): Promise<Sandbox> {
  const [{ parseFault }, { startSandbox }] = await Promise.all([
    import('../../sandbox/faults.ts'),
    import('../../sandbox/server.ts'),
  ]);
  const { readJsonFile } = await import('../../input/json.ts');
  const seed =
    options.seed === undefined
      ? {}
      : { seed: await readJsonFile(resolve(ctx.host.cwd, options.seed), ctx.host.signal) };
  const sandbox = await startSandbox({
    port,
    apiKey: sandboxKey,
    ...(options.data === undefined ? {} : { dataDir: resolve(ctx.host.cwd, options.data) }),
    ...seed,
    linked: options.seed === undefined ? await linkedExtension(ctx) : undefined,
    reviewMode: options.review ?? 'approve',
    reviewAfterMs: options.reviewAfter ?? 3000,
    rateLimit: options.rateLimit ?? 1,
    latencyMs: options.latency ?? 0,
    faults: options.fault.map(parseFault),
    clock: ctx.host.clock,
    tempDir: ctx.host.tempDir,
    ...(ctx.options.verbose ? { log: (entry: string) => ctx.log.note(entry) } : {}),
  });
  if (sandbox.added !== undefined)
    ctx.log.note(`The sandbox also holds ${sandbox.added} from lumio.config.json.`);
  return sandbox;
}

/** A lumio.config.json that can't be read is told by the command that needs it. */
async function linkedExtension(ctx: Context): Promise<SandboxOptions['linked']> {
  const manifest = await ctx.project().catch(() => undefined);
  return manifest?.extensionId === undefined
    ? undefined
    : { extension: manifest.extensionId, name: manifest.name };
}
