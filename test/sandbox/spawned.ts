/** Sandboxes in separate processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { rolldown } from 'rolldown';
import { onTestFinished } from 'vitest';

/** `kill-child.ts` as a script for any Node.js. */
async function bundled(): Promise<string> {
  const build = await rolldown({
    input: join(import.meta.dirname, 'kill-child.ts'),
    platform: 'node',
  });
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false });
  return output[0].code;
}

let script: Promise<string> | undefined;

interface Spawned {
  readonly child: ChildProcess;
  /** Empty where it didn't start. */
  readonly url: string;
  /** Its stderr, once it has ended. */
  readonly stderr: Promise<string>;
}

/** @param options of Node */
export async function spawnSandbox(
  dataDir: string,
  options: readonly string[] = [],
): Promise<Spawned> {
  script ??= bundled();
  const child = spawn(process.execPath, [...options, '-', dataDir], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const stderr = text(child.stderr);
  child.stdin.end(await script);
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => ['']),
  ]);
  return { child, url: String(line).trim(), stderr };
}
