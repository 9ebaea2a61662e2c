/** The same seed yields the same choices. */
import { createRandom as createGenerator } from '../bench/random.mjs';

export interface Random {
  /** A whole number from 0 up to, and without, the limit. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function createRandom(seed: number): Random {
  const next = createGenerator(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
  };
}
