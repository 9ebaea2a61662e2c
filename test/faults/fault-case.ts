/** One command under one fault: what was said, and what was done. */
import { runLumio, type RunResult } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import type { Row } from './commands.ts';
import type { Column } from './kinds.ts';
import { normalised, openStage } from './fault-env.ts';

export interface Outcome extends Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'> {
  /** All that is there afterwards, on the server and in the user's folders. */
  readonly state: unknown;
  readonly asked: number;
  readonly log: readonly string[];
  /** Bytes still in the temporary folder, a key that was printed: what the host found out. */
  readonly mess: string | undefined;
}

/** Silence is noticed after this long of real time, 10 s of the clock's. Patience for what passes, and not too much for what stays. */
const options = {
  // All commands start at once, on a machine that may be busy.
  calm: ['--timeout', '10s', '--max-wait', '40s', '--json'],
  once: ['--timeout', '1s', '--max-wait', '40s', '--json'],
  always: ['--timeout', '1s', '--max-wait', '5s', '--json'],
} as const;
/** Far beyond anything that the options allow. */
const hangsAfterMs = 30_000;

/** In the test's own process, or as one of its own, which knows nothing of the fast clock. */
const runners = {
  inside: runLumio,
  spawned: async (
    argv: readonly string[],
    {
      env,
      cwd,
      stdin = '',
    }: { env: Readonly<Record<string, string>>; cwd: string; stdin?: string },
  ) => {
    const { exitCode = -1, stdout, stderr } = await lumio(argv, { env, cwd, input: stdin });
    return { exitCode, stdout, stderr };
  },
} as const;

export async function play(
  row: Row,
  column: Column | undefined,
  runner: keyof typeof runners = 'inside',
): Promise<Outcome> {
  const review = row.argv.some((word) => /^(--)?wait$/.test(word)) ? 'approve' : 'never';
  const stage = await openStage({ endpoint: row.strikes, spares: row.spares ?? 0, column, review });
  const world = {
    env: { ...stage.env, ...row.env },
    cwd: stage.cwd,
    clock: stage.clock,
    ...(row.stdin === undefined ? {} : { stdin: row.stdin }),
  };
  const ran = await inTime<Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'>>(
    runners[runner]([...row.argv, ...options[column?.strikes ?? 'calm']], world),
  ).catch((error: unknown) => ({ ...nothingRan, mess: String(error) }));
  const state = await stage.end();
  return {
    mess: undefined,
    ...ran,
    stdout: normalised(ran.stdout),
    asked: stage.asked(),
    log: stage.log,
    state,
  };
}

const nothingRan = { exitCode: -1, stdout: '', stderr: '' };

async function inTime<Value>(running: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), hangsAfterMs);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
