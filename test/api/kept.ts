/** What a test opened is closed when it is through. */
import { afterEach } from 'vitest';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Has something done after the test. */
export function afterTest(close: () => Promise<unknown>): void {
  closers.push(close);
}

/** Has something closed after the test that opened it. */
export function kept<Kept extends { close(this: void): Promise<unknown> }>(item: Kept): Kept {
  afterTest(item.close);
  return item;
}
