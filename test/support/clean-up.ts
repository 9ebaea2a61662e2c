/** Closes what a test file opened after its last test: servers, terminals, directories. */

const closers: (() => unknown)[] = [];

/** Calls a function after the last test of the file, in reverse order. */
export function cleanUp(close: () => unknown): void {
  closers.push(close);
}

export function autoClose<Closable extends { close(this: void): unknown }>(
  item: Closable,
): Closable {
  cleanUp(item.close);
  return item;
}

/** Runs for each file, from `setup.ts`. */
export async function cleanUpAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
