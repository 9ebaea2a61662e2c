/** Runs one command under one fault, and records its output and what it changed. */
import { runLumio, type RunResult } from '../support/host.ts';
import { lumio } from '../support/lumio.ts';
import type { Row } from './commands.ts';
import { normalised, openFaultEnv } from './fault-env.ts';
import type { Column } from './kinds.ts';

export interface Outcome extends Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'> {
  /** The data on the server and the user's files, afterwards. */
  readonly state: unknown;
  /** Requests to the endpoint of the fault. */
  readonly requestCount: number;
  readonly log: readonly string[];
  /** A failure of the run itself: a hang, a file left in the temporary directory, a printed key. */
  readonly failure: string | undefined;
}

/** Timeouts are in real time: 3 s are at most 30 s of the fast clock. */
const options = {
  // Succeeds also on a busy machine.
  none: ['--timeout', '10s', '--max-wait', '60s', '--json'],
  once: ['--timeout', '3s', '--max-wait', '60s', '--json'],
  always: ['--timeout', '3s', '--max-wait', '5s', '--json'],
} as const;
/** Much longer than the options allow. */
const hangsAfterMs = 150_000;

/** `spawned` runs the built binary, with a real clock. */
const runners = {
  inProcess: runLumio,
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

/** @param column undefined for a run without a fault */
export async function runCase(
  row: Row,
  column: Column | undefined,
  runner: keyof typeof runners = 'inProcess',
): Promise<Outcome> {
  const review = row.argv.some((word) => /^(--)?wait$/.test(word)) ? 'approve' : 'never';
  const { endpoint, skip = 0 } = row;
  const faultEnv = await openFaultEnv({ endpoint, skip, column, review });
  const limits = column === undefined || column.effect === 'harmless' ? 'none' : column.repeat;
  const host = {
    env: { ...faultEnv.env, ...row.env },
    cwd: faultEnv.cwd,
    clock: faultEnv.clock,
    ...(row.stdin === undefined ? {} : { stdin: row.stdin }),
  };
  const ran = await withinLimit<Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'>>(
    runners[runner]([...row.argv, ...options[limits]], host),
  ).catch((error: unknown) => ({ exitCode: -1, stdout: '', stderr: '', failure: String(error) }));
  const state = await faultEnv.end();
  return {
    failure: undefined,
    ...ran,
    stdout: normalised(ran.stdout),
    requestCount: faultEnv.requestCount(),
    log: faultEnv.log,
    state,
  };
}

/** What the server and the user's files contain if a command changes nothing. */
export async function initialState(): Promise<unknown> {
  return (await runCase({ argv: ['pack', '--list'], endpoint: 'listExtensions' }, undefined)).state;
}

async function withinLimit<Value>(running: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('hangs')), hangsAfterMs);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
