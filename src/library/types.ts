/** Inputs and results of the library, in types that need neither a package nor the DOM. */
import type { DeployStep } from '../deploy/steps.ts';
import type { LumioError } from '../errors.ts';

/** An AbortSignal of the platform. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A packed version to submit. {@link DeployOptions} is for a directory. */
export interface Submission {
  /** A semver. */
  readonly version: string;
  readonly changelog?: string | undefined;
  /** Path of the `.tar.gz`. */
  readonly bundlePath: string;
}

/** `recovered`: the response was lost, and the result was found on the server. */
export interface Recovered {
  readonly recovered: boolean;
}

/** Any request to the API. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the API URL, such as `/extensions?limit=5`. */
  readonly path: string;
  /** A plain object is sent as JSON. Not with GET. */
  readonly body?: RawBody | Readonly<Record<string, unknown>> | undefined;
}

/** A body that is sent unchanged. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The error that another method would throw for this status; undefined for 2xx. */
  readonly error: LumioError | undefined;
}

/** Times are at most 2 147 483 647 ms (nearly 25 days), the limit of a Node timer. */
export interface ClientOptions {
  /** Default: `LUMIO_API_KEY` or `LUMIO_TOKEN`. Stored keys are only for the command line. */
  readonly apiKey?: string | undefined;
  /** Default: `LUMIO_API_URL`, or the Lumio API. Plain `http:` only for loopback addresses. */
  readonly apiUrl?: string | undefined;
  /** Aborts a request after this many milliseconds without data; at least 1. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Maximum milliseconds for the retries of one call; 0 disables them. Default: 60 000. */
  readonly maxWaitMs?: number | undefined;
  /** Aborts every call of this client. */
  readonly signal?: Signal | undefined;
  /** Replaces `process.env` for the defaults above, the proxy variables and `LUMIO_EXTENSION`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Called before each retry. */
  readonly onRetry?: ((wait: { readonly ms: number; readonly reason: string }) => void) | undefined;
  /** Called with a line per request and response, with the key masked and without bodies. */
  readonly trace?: ((line: string) => void) | undefined;
}

export interface CallOptions {
  /** Aborts this call, which uses its own connection. */
  readonly signal?: Signal | undefined;
}

/** The options of `lumio deploy`. */
export interface DeployOptions extends CallOptions {
  /**
   * ID or slug. Default: `LUMIO_EXTENSION`, else `extensionId` in the nearest lumio.config.json,
   * searched upwards.
   */
  readonly extension?: string | undefined;
  /** A semver. Default: `version` in lumio.config.json, else in package.json. */
  readonly version?: string | undefined;
  /** Instead of `version`: increases the highest version on the server. */
  readonly bump?: 'major' | 'minor' | 'patch' | undefined;
  /** Default: the section of CHANGELOG.md for the version. */
  readonly changelog?: string | undefined;
  /** If the version exists. Default: `refuse`, which throws a LumioError of kind `conflict`. */
  readonly existing?: 'refuse' | 'skip' | undefined;
  /** Maximum time to wait for the review, in milliseconds. Default: no wait. */
  readonly waitMs?: number | undefined;
  /** Rules, paths or globs of secret scan findings to allow. */
  readonly allow?: readonly string[] | undefined;
  /** Where `dir` and the search for lumio.config.json start. Default: the working directory. */
  readonly cwd?: string | undefined;
  /**
   * Called with each step of the deploy, and awaited. An error thrown here ends the deploy and is
   * rethrown.
   */
  readonly onStep?: ((step: DeployStep) => unknown) | undefined;
}
