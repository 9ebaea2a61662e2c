/** What a test file opened is closed when it is through: folders, servers, terminals. */

const undos: (() => Promise<void>)[] = [];

/** Has something undone after the last test of the file; the latest first. */
export function afterwards(undo: () => Promise<void>): void {
  undos.push(undo);
}

/** Undoes all that a file opened. `closing.ts` has it run for each file. */
export async function undoAll(): Promise<void> {
  for (const undo of undos.splice(0).reverse()) await undo();
}
