/** The defaults of the library; its only file that reads `process`. */
import { tmpdir } from 'node:os';
import type { Clock, Host } from '../host.ts';
import { sleep } from '../shared/async.ts';

export type Environment = Pick<
  Host,
  'env' | 'cwd' | 'platform' | 'nodeVersion' | 'tempDir' | 'onExit'
>;

export const clock: Clock = {
  now: Date.now,
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep,
  random: Math.random,
};

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

/** One listener for all deploys: with eleven, Node would print a warning. */
function onExit(undo: () => void): () => void {
  if (undos.size === 0) process.once('exit', undoAll);
  undos.add(undo);
  return () => {
    undos.delete(undo);
    if (undos.size === 0) process.removeListener('exit', undoAll);
  };
}
