/** Where the library looks when it is not told: the one file of it that reads `process`. */
import { tmpdir } from 'node:os';

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly tempDir: string;
  /** Runs `undo` when the process ends in whatever way that can be caught; the returned function takes it back. */
  onExit(this: void, undo: () => void): () => void;
}

/** The surroundings as they are now. */
export function environment(): Environment {
  const { env, platform, versions } = process;
  return {
    env,
    platform,
    cwd: process.cwd(),
    nodeVersion: versions.node,
    tempDir: tmpdir(),
    onExit,
  };
}

const undos = new Set<() => void>();

function undoAll(): void {
  for (const undo of undos) undo();
}

/** One listener, however many deploys run at once: from the eleventh on Node would warn, in someone else's process. */
function onExit(undo: () => void): () => void {
  if (undos.size === 0) process.once('exit', undoAll);
  undos.add(undo);
  return () => {
    undos.delete(undo);
    if (undos.size === 0) process.removeListener('exit', undoAll);
  };
}
