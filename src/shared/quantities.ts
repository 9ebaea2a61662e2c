/**
 * Durations in the one form that lumio reads and prints (`500ms`, `1m30s`), sizes, shares, counts
 * and lists.
 */
import { LumioError } from '../errors.ts';

/** A Node timer with a longer delay fires immediately. */
const maxMs = 2 ** 31 - 1;

const number = String.raw`(\d{1,12}(?:\.\d{1,6})?)`;
const pattern = new RegExp(`^(?:${number}h)?(?:${number}m(?!s))?(?:${number}s)?(?:${number}ms)?$`);
const plain = new RegExp(`^${number}$`);

/**
 * @param text such as `90s`, `15m`, `1h30m`, `500ms`, or a plain number of seconds
 * @param what the option or variable, named in the error
 * @returns whole milliseconds
 * @throws LumioError `usage` for another form or more than 596 hours, the longest delay of a timer
 */
export function parseDuration(text: string, what: string): number {
  const ms = readMs(text.trim());
  if (ms === undefined) throw invalid(`Invalid duration for ${what}.`);
  if (ms > maxMs) throw invalid(`The duration for ${what} is longer than 596h.`);
  return ms;
}

function readMs(text: string): number | undefined {
  const seconds = plain.exec(text)?.[1];
  if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  const parts = text === '' ? null : pattern.exec(text);
  if (parts === null) return undefined;
  const [hours = 0, minutes = 0, secs = 0, millis = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Math.round(((hours * 60 + minutes) * 60 + secs) * 1000 + millis);
}

/** Without the text, which may be a misplaced secret. */
function invalid(message: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_duration',
    message,
    hint: 'Use a format like 90s, 15m, 1h30m or 500ms. A plain number means seconds.',
  });
}

/**
 * `1500` → `1.5s`, `90000` → `1m30s`: accepted by `--timeout` and `--max-wait`.
 * Rounds up, so that waiting this long is enough.
 */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  if (ms < 10_000) return `${Math.ceil(ms / 100) / 10}s`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 3600) return joinUnits([Math.floor(seconds / 60), 'm'], [seconds % 60, 's']);
  const minutes = Math.ceil(seconds / 60);
  return joinUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'm']);
}

/** The same in whole seconds, for a display that is redrawn every second. */
export function formatSeconds(ms: number): string {
  return ms <= 0 ? '0s' : formatDuration(Math.ceil(ms / 1000) * 1000);
}

function joinUnits(...parts: readonly (readonly [count: number, unit: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `182400` → `182 kB`: decimal units, as on the API page, with three significant digits. */
export function formatBytes(sizeBytes: number): string {
  let value = Math.max(0, sizeBytes);
  let unit = 0;
  // 999.5 rounds to 1000, which is 1 of the next unit.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${byteUnits[unit]}`;
}

/** `91.5%`; a share above 0 that rounds to 0 is `<0.1%`. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${Math.round(share * 1000) / 10}%`;
}

/** `1 file`, `3 files` */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and 3 more` */
export function formatList(items: readonly (string | number)[], maxItems: number): string {
  const shown = items.slice(0, maxItems).join(', ');
  return items.length > maxItems ? `${shown} and ${items.length - maxItems} more` : shown;
}
