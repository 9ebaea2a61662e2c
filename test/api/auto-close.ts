/** Closes what a test opened. */
import { onTestFinished } from 'vitest';

/** Runs a function after the test. */
export function afterTest(close: () => unknown): void {
  onTestFinished(async () => void (await close()));
}

/** Closes something after the test that opened it. */
export function autoClose<Closable extends { close(this: void): unknown }>(
  item: Closable,
): Closable {
  afterTest(item.close);
  return item;
}
