/** Starts sandboxes for tests and sends requests to them. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/host.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

export const apiKey = 'lm_dev_test_key';
export const exampleId = 'ext_01j9k2m3n4p5q6r7';

/** A clock that only `advance` moves. */
interface FakeClock extends Clock {
  advance(ms: number): void;
}

function fakeClock(start = '2026-05-01T12:00:00Z'): FakeClock {
  let nowMs = Date.parse(start);
  let sleepers: { untilMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ untilMs: nowMs + ms, wake: resolve });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    advance(ms) {
      nowMs += ms;
      for (const { wake } of sleepers.filter(({ untilMs }) => untilMs <= nowMs)) wake();
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
    },
  };
}

/** A directory that is deleted when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'lumio-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Started {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  /** Requests relative to the base URL, with the key. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** Submits a bundle with curl-like multipart. */
  readonly submit: (fields: Record<string, string | Blob>, id?: string) => Promise<Reply>;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
}

/** A value deep in parsed JSON: `at(body, 'versions', 0, 'status')`; undefined where there is none. */
export function at(json: unknown, ...steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === String(step))?.[1]
        : undefined,
    json,
  );
}

const quiet = {
  port: 0,
  apiKey,
  reviewMode: 'approve',
  reviewAfterMs: 3000,
  rateLimit: 'off',
  latencyMs: 0,
  faults: [],
} as const;

/** A sandbox that is closed when the test ends. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Started> {
  const clock = fakeClock();
  const sandbox = await startSandbox({
    ...quiet,
    clock,
    tempDir: await temporaryFolder(),
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const send = async (path: string, { headers = {}, ...init }: Sent): Promise<Reply> => {
    const answer = await fetch(sandbox.url + path, {
      ...init,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  return {
    sandbox,
    clock,
    call: (method, path, body) => send(path, { method, ...json(body) }),
    submit(fields, id = exampleId) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return send(`/extensions/${id}/versions`, { method: 'POST', body: form });
    },
  };
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

function json(body: unknown): Sent {
  return body === undefined
    ? {}
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
