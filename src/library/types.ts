/** Inputs and results of the library, in types that stand alone: they need neither a package nor the DOM. */
import type { DeployStep } from '../deploy/steps.ts';
import type { LumioError } from '../errors.ts';

/** An AbortSignal of the platform. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A version to be submitted that is packed already. {@link DeployOptions} is for a directory. */
export interface Submission {
  /** A semver. */
  readonly version: string;
  readonly changelog?: string | undefined;
  /** Path of the `.tar.gz`. */
  readonly bundlePath: string;
}

/** Sent at most once. `recovered`: the response was lost, and the server was asked for the result. */
export interface Recovered {
  readonly recovered: boolean;
}

/** Any request to the API. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's address, such as `/extensions?limit=5`. */
  readonly path: string;
  /** A plain object is sent as JSON. Not with GET. */
  readonly body?: RawBody | Readonly<Record<string, unknown>> | undefined;
}

/** A body that is sent as it is. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What another call would have thrown for this status; undefined for 2xx. */
  readonly error: LumioError | undefined;
}

/** Times go up to what a timer of Node can wait: 2 147 483 647 ms, nearly 25 days. */
export interface ClientOptions {
  /** Default: `LUMIO_API_KEY`, else `LUMIO_TOKEN`. Keys stored by `lumio login` are for the command line only. */
  readonly apiKey?: string | undefined;
  /** Default: `LUMIO_API_URL`, else the real service. Plain `http:` for loopback addresses only. */
  readonly apiUrl?: string | undefined;
  /** Time without any byte in either direction before a request is given up, in milliseconds, from 1 on. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** What the retries of one call may cost, in milliseconds; 0 = never retry. Default: 60 000. */
  readonly maxWaitMs?: number | undefined;
  /** Ends every call of this client. */
  readonly signal?: Signal | undefined;
  /** In place of the process's environment: for the defaults here, for `HTTPS_PROXY` and its kin, for `LUMIO_EXTENSION`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told before each wait for another attempt. */
  readonly onRetry?: ((wait: { readonly ms: number; readonly reason: string }) => void) | undefined;
  /** Takes a line per request and answer; the key is masked, bodies are left out. */
  readonly trace?: ((line: string) => void) | undefined;
}

export interface CallOptions {
  /** Aborts this call, which uses its own connection. */
  readonly signal?: Signal | undefined;
}

/** What `lumio deploy` takes on the command line. */
export interface DeployOptions extends CallOptions {
  /** Id or slug. Default: `LUMIO_EXTENSION`, else `extensionId` in the nearest lumio.config.json upwards. */
  readonly extension?: string | undefined;
  /** A semver. Default: `version` in lumio.config.json, else in package.json. */
  readonly version?: string | undefined;
  /** In place of a version: raises the highest one on the server. */
  readonly bump?: 'major' | 'minor' | 'patch' | undefined;
  /** Default: the section of CHANGELOG.md that names the version. */
  readonly changelog?: string | undefined;
  /** What to do when the version exists already. Default: `refuse`, which throws a LumioError of kind `conflict`. */
  readonly existing?: 'refuse' | 'skip' | undefined;
  /** How long to wait for the review, in milliseconds, up to 2 147 483 647. Default: not at all. */
  readonly waitMs?: number | undefined;
  /** Rules, paths or globs whose findings of the secret scan are allowed. */
  readonly allow?: readonly string[] | undefined;
  /** From where `dir` and lumio.config.json are looked for. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /** Called with each step of the deploy, and awaited. An error thrown here ends the deploy and is rethrown. */
  readonly onStep?: ((step: DeployStep) => unknown) | undefined;
}
