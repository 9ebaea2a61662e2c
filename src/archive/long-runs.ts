/** Finds long runs of the characters that tokens consist of. */

/** Every token has a run of letters, digits, `_`, `-`, `+` and `/` at least this long. */
const minRunBytes = 20;
export const isLongRun = new RegExp(`^[\\w+/-]{${minRunBytes},}$`);

/** Offsets of a long run. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

const isTokenByte = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/');

/** 1 for each of these characters. */
export function bytesOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}

/**
 * Runs that long are rare in text. Looking at every twentieth byte, and from there back to the
 * first byte that can't belong to a run, finds them all (the idea of Boyer and Moore).
 */
export function longRuns(bytes: Buffer): Run[] {
  const runs: Run[] = [];
  let lowest = 0;
  for (let probe = minRunBytes - 1; probe < bytes.length; probe = lowest + minRunBytes - 1) {
    let at = probe;
    while (at >= lowest && isTokenByte[bytes[at] ?? 0] === 1) at -= 1;
    if (at >= lowest) {
      lowest = at + 1;
      continue;
    }
    let after = probe + 1;
    while (after < bytes.length && isTokenByte[bytes[after] ?? 0] === 1) after += 1;
    runs.push({ start: lowest, end: after });
    lowest = after + 1;
  }
  return runs;
}
