/** Byte sizes as lumio prints them. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `182400` → `182 kB`: decimal units, as on the API page, with three significant digits. */
export function formatBytes(sizeBytes: number): string {
  let value = Math.max(0, sizeBytes);
  let unit = 0;
  // 999.5 rounds to 1000, which is 1 of the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}
