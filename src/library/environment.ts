/** The defaults of the library; its only file that reads `process`. */
import { tmpdir } from 'node:os';

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly tempDir: string;
  /**
   * Runs `undo` when the process ends, if that can be caught.
   * @returns a function that cancels it
   */
  onExit(this: void, undo: () => void): () => void;
}

/** The current environment. */
export function readEnvironment(): Environment {
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

/**
 * One listener for all deploys: with eleven, Node would print a warning in the caller's process.
 */
function onExit(undo: () => void): () => void {
  if (undos.size === 0) process.once('exit', undoAll);
  undos.add(undo);
  return () => {
    undos.delete(undo);
    if (undos.size === 0) process.removeListener('exit', undoAll);
  };
}
