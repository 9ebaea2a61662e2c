/**
 * A pseudorandom generator (mulberry32, by Tommy Ettinger, public domain).
 * @param {number} seed the same seed yields the same numbers
 * @returns {() => number} from 0 up to, but not including, 1
 */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
