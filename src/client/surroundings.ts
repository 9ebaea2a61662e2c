/** Where the library looks when it is not told: the one file of it that reads `process`. */
import { tmpdir } from 'node:os';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly tempDir: string;
  /** Runs `undo` when the process ends in whatever way that can be caught; the returned function takes it back. */
  onExit(this: void, undo: () => void): () => void;
}

/** The surroundings as they are now. */
export function surroundings(): Surroundings {
  const { env, platform, versions } = process;
  return { env, platform, cwd: process.cwd(), nodeVersion: versions.node, tempDir: tmpdir(), onExit };
}

function onExit(undo: () => void): () => void {
  process.once('exit', undo);
  return () => process.removeListener('exit', undo);
}
