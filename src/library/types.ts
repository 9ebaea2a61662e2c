/** What the library takes and gives, in types that stand alone: no package, not even a schema library, is needed to read them. */
import type { LumioError } from '../errors.ts';

/** An extension. Only `id` is sure to be there: endpoints send differing subsets. Fields that this page does not name are kept. */
export interface Extension {
  readonly id: string;
  readonly slug?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** `private`, `unlisted`, `public`, `paid`; an open set. */
  readonly visibility?: string | null | undefined;
  /** `draft`, `pending`, `approved`, …; an open set. */
  readonly status?: string | null | undefined;
  readonly installCount?: number | null | undefined;
  readonly ratingCount?: number | null | undefined;
  readonly currentVersionId?: string | null | undefined;
  readonly short_description?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly pricing?: Pricing | null | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | null | undefined;
  /** ISO 8601. */
  readonly updatedAt?: string | null | undefined;
  readonly [field: string]: unknown;
}

export interface Pricing {
  /** `free`, `one_time`, `subscription`. */
  type: string;
  /** Euros, a decimal number. */
  amount?: number | null | undefined;
  currency?: string | null | undefined;
  interval?: string | null | undefined;
  [field: string]: unknown;
}

/** Body of createExtension, which needs a name, and of updateExtension, which changes only the fields that are given. */
export interface ExtensionInput {
  name?: string | undefined;
  /** One sentence for search results. */
  short_description?: string | undefined;
  /** Markdown. */
  description?: string | undefined;
  pricing?: Pricing | undefined;
  visibility?: string | undefined;
  [field: string]: unknown;
}

/** A version of an extension. Statuses (`pending`, `approved`, `rejected`, …) are an open set. */
export interface Version {
  readonly id: string;
  /** A semver. */
  readonly version: string;
  readonly status: string;
  readonly changelog?: string | null | undefined;
  readonly bundleSizeBytes?: number | null | undefined;
  /** ISO 8601. */
  readonly submittedAt?: string | null | undefined;
  /** ISO 8601. */
  readonly approvedAt?: string | null | undefined;
  readonly [field: string]: unknown;
}

export interface InstallStats {
  readonly total: number;
  readonly active: number;
  /** Version id → active installs. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
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
  readonly signal?: AbortSignal | undefined;
  /** In place of the process's environment: for the defaults here, for `HTTPS_PROXY` and its kin, for `LUMIO_EXTENSION`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told before each wait for another attempt. */
  readonly onRetry?: ((wait: { readonly ms: number; readonly reason: string }) => void) | undefined;
  /** Takes a line per request and answer; the key is masked, bodies are left out. */
  readonly trace?: ((line: string) => void) | undefined;
}

export interface CallOptions {
  /** Aborts this call, which uses its own connection. */
  readonly signal?: AbortSignal | undefined;
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

/** A step of a deploy. */
export type DeployStep =
  | {
      readonly kind: 'packing';
      readonly fileCount: number;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: 'packed';
      /** Absolute path of the built directory, or of a packed archive. */
      readonly path: string;
      readonly bundle: BundleFacts;
      /** Files and directories that were left out; a directory counts as one. */
      readonly ignoredCount: number;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'target';
      readonly target: { readonly id: string; readonly slug: string | undefined };
      readonly version: string;
      /** A higher version that the server has. */
      readonly higher: string | undefined;
    }
  | { readonly kind: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** The response to the upload was lost; the server is asked for the version. */
  | { readonly kind: 'outcome-unknown' }
  | { readonly kind: 'submitted'; readonly report: Deployed }
  /** The version exists; nothing was uploaded. */
  | { readonly kind: 'skipped'; readonly report: Deployed }
  /** After a bump with `write`. */
  | { readonly kind: 'version-written'; readonly path: string; readonly version: string }
  /** After `bump`: a file of the project still has another version. */
  | { readonly kind: 'version-differs'; readonly path: string; readonly version: string }
  | { readonly kind: 'waiting'; readonly version: Version; readonly timeoutMs: number }
  /** The review status was seen for the first time, or changed. */
  | { readonly kind: 'review'; readonly version: Version }
  /** Polling goes on. */
  | { readonly kind: 'poll-failed'; readonly error: LumioError };

export interface BundleFacts {
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** Of the archive, hexadecimal. */
  readonly sha256: string;
  /** Of the tar inside, which is the same wherever it is packed. */
  readonly tarSha256: string;
}

/** The API response and what lumio adds. */
export interface Deployed extends Recovered {
  readonly version: Version;
  /** `skipped`: the version exists, and nothing was uploaded. */
  readonly outcome: 'created' | 'skipped';
  /** Null if nothing was uploaded. */
  readonly bundle: BundleFacts | null;
  readonly changelog: { readonly source: string; readonly characters: number } | null;
  readonly extension: { readonly id: string; readonly slug?: string };
  readonly [field: string]: unknown;
}
