/** Options that several commands have, defined once. */
import type { Logger } from '../cli/logger.ts';
import { duration, flag, integer, required, string, strings } from '../cli/command.ts';

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
  'Allow a finding of the secret scan (repeatable)',
);

export const dryRunOption = flag('--dry-run', 'Run all checks, but upload nothing');

/** For commands of which the extension is the object. */
export const extensionArgument = string('[extension]', 'Extension ID or slug, the same as -e', {
  completion: 'extension',
});

export const versionArgument = required(
  string('<version>', 'Version number, ID or "latest"', { completion: 'version' }),
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
export function limited<Item>(
  items: readonly Item[],
  limit: number | undefined,
  log: Logger,
): readonly Item[] {
  if (limit === undefined || limit >= items.length) return items;
  log.note(`Showing ${limit} of ${items.length}.`);
  return items.slice(0, limit);
}
