/** What a test opened is closed when it is through. */
import { onTestFinished } from 'vitest';

/** Has something done after the test. */
export function afterTest(close: () => Promise<unknown>): void {
  onTestFinished(async () => void (await close()));
}

/** Has something closed after the test that opened it. */
export function autoClose<Kept extends { close(this: void): Promise<unknown> }>(item: Kept): Kept {
  afterTest(item.close);
  return item;
}
