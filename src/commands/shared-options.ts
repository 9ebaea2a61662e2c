/** Options that several commands have, defined once. */
import {
  duration,
  flag,
  integer,
  required,
  string,
  strings,
  choice,
  custom,
  directory,
  file,
} from '../cli/command.ts';
import type { Logger } from '../cli/logger.ts';
import { usageError } from '../errors.ts';
import { parseDuration } from '../shared/quantities.ts';

export const extensionOption = string(
  '-e, --extension <id or slug>',
  'Extension ID or slug (default: extensionId in lumio.config.json)',
  { env: 'LUMIO_EXTENSION', completion: 'extension' },
);

export const waitOption = duration('--wait [duration]', 'Wait for the review (default: 15m)', {
  preset: '15m',
});

export const allowOption = strings(
  '--allow <rule, path or glob>',
  'Allow a secret scan finding (repeatable)',
);

export const dryRunOption = flag('--dry-run', 'Run all checks, but upload nothing');

/** For commands that work on an extension. */
export const extensionArgument = string('[extension]', 'Extension ID or slug (same as -e)', {
  completion: 'extension',
});

export const versionArgument = required(
  string('<version>', 'Version number, version ID or "latest"', { completion: 'version' }),
);

export const limitOption = integer('--limit <number>', 'Maximum number of items', {
  min: 1,
  max: 1_000_000,
});

/** @param dateOf RFC 3339; items without a date come last, in their order */
export function newestFirst<Item>(
  items: readonly Item[],
  dateOf: (item: Item) => string | null | undefined,
): readonly Item[] {
  const dated = items.map((item) => ({ item, ms: Date.parse(dateOf(item) ?? '') || 0 }));
  return dated.toSorted((left, right) => right.ms - left.ms).map(({ item }) => item);
}

/** Applies --limit, and notes how many items there are. */
export function applyLimit<Item>(
  items: readonly Item[],
  limit: number | undefined,
  log: Logger,
): readonly Item[] {
  if (limit === undefined || limit >= items.length) return items;
  log.note(`Showing ${limit} of ${items.length}.`);
  return items.slice(0, limit);
}

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
