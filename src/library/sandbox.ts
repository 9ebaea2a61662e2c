/** `lumio/sandbox`: the Developer REST API on this machine, for tests. */
import type { RequestLogEntry, SandboxSeed } from '../sandbox/public-types.ts';
import { clock, readEnvironment } from './environment.ts';

export type {
  RequestLogEntry,
  SandboxSeed,
  SeedExtension,
  SeedInstalls,
  SeedPricing,
  SeedSecret,
  SeedVersion,
} from '../sandbox/public-types.ts';

export interface SandboxOptions {
  /** Port on 127.0.0.1. Default: any free one. */
  readonly port?: number | undefined;
  /** Initial content. Default: the example extension in the API documentation, `my-scoreboard`. */
  readonly seed?: SandboxSeed | undefined;
  /**
   * Faults in the form of `--fault`: `<endpoint>=<fault>[:<count>][@<seconds>]`, such as
   * `submitVersion=429:2`. `lumio help faults` lists them.
   */
  readonly faults?: readonly string[] | undefined;
  /** Result of reviews. Default: approved immediately. */
  readonly review?:
    | {
        readonly outcome: 'approve' | 'reject' | 'never';
        /** Milliseconds from submission to decision. Default: 0. */
        readonly afterMs?: number | undefined;
      }
    | undefined;
  /** Multiplies the rate limits of the API. Default: `off`. */
  readonly rateLimit?: number | 'off' | undefined;
  /** Directory for the state, including bundles. Default: in memory. */
  readonly dataDir?: string | undefined;
}

export interface Sandbox {
  /** Base URL of the API, for `LUMIO_API_URL` or `apiUrl` of the client. */
  readonly url: string;
  /** The key that the sandbox accepts, for `LUMIO_API_KEY` or `apiKey` of the client. */
  readonly apiKey: string;
  /** The completed requests, oldest first. */
  requests(this: void): readonly RequestLogEntry[];
  /** Closes open connections, and releases the port and the data directory. */
  close(this: void): Promise<void>;
}

/**
 * Starts a sandbox in this process.
 * @throws LumioError `usage` for an unknown or invalid option, a port in use, an invalid seed or
 * fault; `refused` for an unusable `dataDir`
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const [{ checkSandboxOptions }, { parseFault }, server, { resolve }] = await Promise.all([
    import('./inputs.ts'),
    import('../sandbox/faults.ts'),
    import('../sandbox/server.ts'),
    import('node:path'),
  ]);
  checkSandboxOptions(options);
  const { cwd } = readEnvironment();
  const { port = 0, seed, faults = [], review, rateLimit = 'off', dataDir } = options;
  const requests: RequestLogEntry[] = [];
  const { url, apiKey, close } = await server.startSandbox({
    port,
    apiKey: server.sandboxKey,
    seed,
    faults: faults.map(parseFault),
    reviewMode: review?.outcome ?? 'approve',
    reviewAfterMs: review?.afterMs ?? 0,
    rateLimit,
    latencyMs: 0,
    dataDir: dataDir === undefined ? undefined : resolve(cwd, dataDir),
    clock,
    log: (entry) => requests.push(entry),
  });
  return { url, apiKey, requests: () => [...requests], close };
}
