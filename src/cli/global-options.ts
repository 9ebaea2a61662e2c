/** The options that every command has, and what they resolve to together with the environment. */
import { baseUrl, defaultMaxWaitMs, defaultTimeoutMs } from '../api/api-url.ts';
import type { Host } from '../host.ts';
import {
  duration,
  flag,
  directory,
  parseValues,
  positiveDuration,
  type RawValue,
  string,
} from './parameters.ts';

/** In the order of the help. */
export const globalOptions = {
  json: flag('--json', 'Print one JSON document (implies --no-input)'),
  query: string('--query <expr>', 'Filter the JSON document with JMESPath (implies --json)'),
  profile: string('--profile <name>', 'Profile (stored API key) to use (default: default)', {
    env: 'LUMIO_PROFILE',
    completion: 'profile',
  }),
  apiUrl: string('--api-url <url>', `Base URL of the API (default: ${baseUrl})`, {
    env: 'LUMIO_API_URL',
  }),
  cwd: directory('-C, --cwd <dir>', 'Run as if lumio was started in this directory'),
  noInput: flag('--no-input', "Disable prompts (default when stdin or stderr isn't a terminal)", {
    env: 'CI',
  }),
  yes: flag('-y, --yes', 'Skip confirmation prompts'),
  quiet: flag('-q, --quiet', 'Print only the result and errors'),
  verbose: flag('--verbose', 'Print requests and responses to stderr, with secrets masked', {
    env: 'LUMIO_DEBUG',
  }),
  maxWait: duration(
    '--max-wait <duration>',
    'Maximum total time to spend on retries; 0 disables retries (default: 60s)',
    { env: 'LUMIO_MAX_WAIT' },
  ),
  timeout: positiveDuration(
    '--timeout <duration>',
    'Abort a request after this long without data (default: 30s)',
    { env: 'LUMIO_TIMEOUT' },
  ),
  noColor: flag('--no-color', 'Disable colors', { env: 'NO_COLOR' }),
} as const;

/** Also available on every level; handled by the parser, and not part of {@link globalOptions}. */
export const parserOptions = {
  version: { flags: '-V, --version', description: 'Print the version of lumio' },
  help: { flags: '-h, --help', description: 'Print help for lumio or a command' },
} as const;

export type GlobalOptions = Readonly<ReturnType<typeof resolveGlobalOptions>>;

/**
 * @param raw what was passed on the command line, by key of {@link globalOptions}
 * @throws LumioError usage for an invalid duration
 */
export function resolveGlobalOptions(
  raw: Readonly<Record<string, RawValue>>,
  host: Pick<Host, 'env' | 'stdin' | 'stderr'>,
) {
  const values = parseValues(globalOptions, { ...fromEnvironment(host.env, raw), ...raw });
  const { json, query, noInput, maxWait, timeout, cwd: _cwd, ...others } = values;
  const isJson = json || query !== undefined;
  const carried: readonly string[] = [];
  return {
    ...others,
    json: isJson,
    query,
    profile: values.profile ?? 'default',
    /** Unchecked until the API is used. */
    apiUrl: values.apiUrl ?? baseUrl,
    /** Whether prompts are enabled. */
    interactive: !isJson && !noInput && host.stdin.isTerminal && host.stderr.isTerminal,
    maxWaitMs: maxWait ?? defaultMaxWaitMs,
    timeoutMs: timeout ?? defaultTimeoutMs,
    /** Options that were passed on the command line, by key of {@link globalOptions}. */
    explicit: Object.keys(raw),
    /** Options that suggested commands need too, such as `--profile work`. */
    carried,
  };
}

/** A flag is on when its variable is set to anything but an empty string, `0` or `false`. */
function fromEnvironment(
  env: Host['env'],
  passed: Readonly<Record<string, RawValue>>,
): Record<string, RawValue> {
  const raw: Record<string, RawValue> = {};
  for (const [key, spec] of Object.entries(globalOptions)) {
    const value = 'env' in spec ? env[spec.env] : undefined;
    if (value === undefined || value === '' || passed[key] !== undefined) continue;
    raw[key] = spec.flags.includes('<') ? value : value !== '0' && value !== 'false';
    // Names the variable in the error, as no option was passed.
    if ('env' in spec) spec.parse(raw[key], spec.env);
  }
  return raw;
}

/** @param text a command, or a sentence with commands in quotes */
export function carryOptions(text: string, { carried }: Pick<GlobalOptions, 'carried'>): string {
  const missing = carried.filter((option) => !text.includes(option.replace(/ .*/s, ' ')));
  const words = ['lumio', ...missing, ''].join(' ');
  return text.replaceAll(/(?<=^|^Next: |")lumio /g, () => words);
}
