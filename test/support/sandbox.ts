/** Sandboxes in the test's own process, on a free port, that remember what they were asked. */
import type { Clock } from '../../src/host.ts';
import type { RequestLogEntry } from '../../src/sandbox/public-types.ts';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { afterwards } from './afterwards.ts';
import { autoAdvancingClock } from './clock.ts';
import { temporaryDirectory } from './project.ts';

export const sandboxKey = `lm_dev_${'t'.repeat(53)}a1b2`;

export interface TestSandbox {
  readonly url: string;
  readonly apiKey: string;
  /** The variables that lead a command to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** `GET /extensions 200` for each request so far; a path without the base path. */
  requests(this: void): readonly string[];
  /** A request with the key. */
  call(
    this: void,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }>;
}

const calm = {
  port: 0,
  apiKey: sandboxKey,
  reviewMode: 'approve',
  reviewAfterMs: 3000,
  rateLimit: 'off',
  latencyMs: 0,
  faults: [],
} as const;

/** @param options what differs from: reviews approve after 3 s, no limits, no faults, in memory, a clock on which nobody waits */
/** `GET /extensions 200 (fault slow)` */
export function logLine({ method, path, status, fault }: RequestLogEntry): string {
  const note = fault === undefined ? '' : ` (fault ${fault})`;
  return `${method} ${path.replace('/developer/v1', '')} ${status ?? 'connection closed'}${note}`;
}

export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const lines: string[] = [];
  const clock = options.clock ?? autoAdvancingClock();
  const sandbox = await startSandbox({
    ...calm,
    clock,
    tempDir: await temporaryDirectory(),
    log: (entry) => lines.push(logLine(entry)),
    ...options,
  });
  afterwards(() => sandbox.close());
  const { url, apiKey } = sandbox;
  return {
    url,
    apiKey,
    env: { LUMIO_API_URL: url, LUMIO_API_KEY: apiKey },
    clock,
    requests: () => [...lines],
    call: async (method, path, body) => {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const answer = await fetch(url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
  };
}
