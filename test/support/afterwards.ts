/** What a test file opened is closed when it is through: folders, servers, terminals. */
import { afterAll } from 'vitest';

const undos: (() => Promise<void>)[] = [];

/** Has something undone after the last test of the file; the latest first. */
export function afterwards(undo: () => Promise<void>): void {
  undos.push(undo);
}

afterAll(async () => {
  for (const undo of undos.splice(0).reverse()) await undo();
});
