/** How times and sizes are said in messages. */

/** `1500` → `1.5s`, `90000` → `1m30s`: the form that `--timeout` and `--max-wait` take. Rounded up from 10 s on, so that waiting this long is enough. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  if (ms < 10_000) return `${Math.ceil(ms / 100) / 10}s`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 3600) return joined([Math.floor(seconds / 60), 'm'], [seconds % 60, 's']);
  const minutes = Math.ceil(seconds / 60);
  return joined([Math.floor(minutes / 60), 'h'], [minutes % 60, 'm']);
}

function joined(...parts: readonly (readonly [count: number, unit: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
}

/** Decimal units, as the API page and file managers count: `182400` → `182.4 kB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  // What rounds to 1000 kB is 1 MB.
  if (bytes < 999_950) return `${Math.round(bytes / 100) / 10} kB`;
  return `${Math.round(bytes / 100_000) / 10} MB`;
}

/** One line without control characters, cut to `length`: for text of a server that ends up in a message. */
export function excerpt(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : line;
}
