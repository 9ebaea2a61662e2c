/** The options of `sandbox start` and `sandbox exec`. */
import { choice, custom, directory, duration, file, strings } from '../cli/command.ts';
import { usageError } from '../errors.ts';
import { parseDuration } from '../shared/quantities.ts';

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
  throw usageError(
    'invalid_duration',
    `The value "${raw}" of --latency has no unit.`,
    `Write ${raw.trim()}ms or ${raw.trim()}s.`,
  );
}

function readRateLimit(raw: string): number | 'off' {
  if (raw === 'off') return 'off';
  const factor = /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : 0;
  if (factor > 0) return factor;
  throw usageError(
    'invalid_option',
    'Invalid value for --rate-limit.',
    'Use "off" or a factor above 0, such as 0.1 or 10.',
  );
}
