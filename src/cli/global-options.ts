/** The options that every command has, and what they come to once the environment is asked too. */
import { baseUrl, defaultMaxWaitMs, defaultTimeoutMs } from '../api/defaults.ts';
import { duration, flag, parseValues, positiveDuration, type RawValue, string } from './command.ts';
import type { Host } from '../host.ts';

/** In the order of the help. */
export const globalOptions = {
  json: flag('--json', 'print one JSON document on stdout; implies --no-input'),
  query: string('--query <expr>', 'JMESPath over that document; implies --json'),
  profile: string('--profile <name>', 'which stored key to use (default: default)', {
    env: 'LUMIO_PROFILE',
  }),
  apiUrl: string('--api-url <url>', `the API (default: ${baseUrl})`, { env: 'LUMIO_API_URL' }),
  noInput: flag('--no-input', 'never ask; also in force when stdin or stderr is no terminal', {
    env: 'CI',
  }),
  yes: flag('-y, --yes', 'agree to what would be asked'),
  quiet: flag('-q, --quiet', 'no notes on stderr; errors stay'),
  verbose: flag('--verbose', 'each request and answer on stderr, secrets masked', {
    env: 'LUMIO_DEBUG',
  }),
  maxWait: duration(
    '--max-wait <duration>',
    'total time that retries may cost; 0 = never retry (default: 60s)',
    { env: 'LUMIO_MAX_WAIT' },
  ),
  timeout: positiveDuration(
    duration(
      '--timeout <duration>',
      'time without any byte before a request is given up (default: 30s)',
      { env: 'LUMIO_TIMEOUT' },
    ),
  ),
  noColor: flag('--no-color', 'no colour', { env: 'NO_COLOR' }),
} as const;

export interface GlobalOptions {
  readonly json: boolean;
  readonly query: string | undefined;
  readonly profile: string;
  /** As given; checked when the API is used. */
  readonly apiUrl: string;
  /** Whether a person may be asked. */
  readonly interactive: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly maxWaitMs: number;
  readonly timeoutMs: number;
  readonly noColor: boolean;
  /** Which options stood on the command line, by key of {@link globalOptions}. */
  readonly explicit: readonly string[];
}

/**
 * @param raw what was written on the command line, by key of {@link globalOptions}
 * @throws LumioError usage, for a malformed duration
 */
export function resolveGlobalOptions(
  raw: Readonly<Record<string, RawValue>>,
  host: Host,
): GlobalOptions {
  const values = parseValues(globalOptions, { ...fromEnvironment(host.env, raw), ...raw });
  const json = values.json || values.query !== undefined;
  return {
    json,
    query: values.query,
    profile: values.profile ?? 'default',
    apiUrl: values.apiUrl ?? baseUrl,
    interactive: !json && !values.noInput && host.stdin.isTerminal && host.stderr.isTerminal,
    yes: values.yes,
    quiet: values.quiet,
    verbose: values.verbose,
    maxWaitMs: values.maxWait ?? defaultMaxWaitMs,
    timeoutMs: values.timeout ?? defaultTimeoutMs,
    noColor: values.noColor,
    explicit: Object.keys(raw),
  };
}

/** Values that the environment gives beside what was written: a flag is on when its variable is set to anything but nothing, `0` or `false`. */
function fromEnvironment(
  env: Host['env'],
  written: Readonly<Record<string, RawValue>>,
): Record<string, RawValue> {
  const raw: Record<string, RawValue> = {};
  for (const [key, spec] of Object.entries(globalOptions)) {
    const value = 'env' in spec ? env[spec.env] : undefined;
    if (value === undefined || value === '' || written[key] !== undefined) continue;
    raw[key] = spec.flags.includes('<') ? value : value !== '0' && value !== 'false';
    // An error is to name the variable, as no option was written.
    if ('env' in spec) spec.parse(raw[key], spec.env);
  }
  return raw;
}
