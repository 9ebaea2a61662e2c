/** Sandboxes in the test's own process, on a free port, with a log of their requests. */
import type { Clock } from '../../src/host.ts';
import type { RequestLogEntry } from '../../src/sandbox/public-types.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { autoClose } from './clean-up.ts';
import { fakeClock } from './clock.ts';
import { exampleId } from './project.ts';

export const sandboxKey = `lm_dev_${'t'.repeat(53)}a1b2`;

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined if there was no body. */
  readonly body: unknown;
}

export interface TestSandbox extends Sandbox {
  /** The variables that make a command use the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** The requests so far, such as `GET /extensions 200`. */
  requests(this: void): readonly string[];
  /** Sends a request with the key to a path below the base path. */
  call(this: void, method: string, path: string, body?: unknown): Promise<Reply>;
  /** Submits a version with these fields. */
  submit(this: void, fields: Readonly<Record<string, string | Blob>>, id?: string): Promise<Reply>;
}

const defaults = {
  port: 0,
  apiKey: sandboxKey,
  reviewMode: 'approve',
  reviewAfterMs: 3000,
  rateLimit: 'off',
  latencyMs: 0,
  faults: [],
} as const;

/** `GET /extensions 200 (fault slow)` */
export function logLine({ method, path, status, fault }: RequestLogEntry): string {
  const note = fault === undefined ? '' : ` (fault ${fault})`;
  return `${method} ${path.replace('/developer/v1', '')} ${status ?? 'connection closed'}${note}`;
}

/**
 * @param options default to a review that approves after 3 s, no limits, no faults, no data
 * directory and a fake clock
 */
export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const lines: string[] = [];
  const clock = options.clock ?? fakeClock();
  const sandbox = await startSandbox({
    ...defaults,
    clock,
    log: (entry) => lines.push(logLine(entry)),
    ...options,
  });
  const { url, apiKey } = sandbox;
  const send = (path: string, init: RequestInit, headers: Record<string, string> = {}) =>
    reply(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${apiKey}`, ...headers } });
  return autoClose({
    ...sandbox,
    close: () => sandbox.close(),
    env: { LUMIO_API_URL: url, LUMIO_API_KEY: apiKey },
    clock,
    requests: () => [...lines],
    call: (method, path, body) =>
      body === undefined
        ? send(path, { method })
        : send(
            path,
            { method, body: JSON.stringify(body) },
            { 'content-type': 'application/json' },
          ),
    submit: (fields, id = exampleId) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return send(`/extensions/${id}/versions`, { method: 'POST', body: form });
    },
  });
}

async function reply(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const text = await response.text();
  return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
}
