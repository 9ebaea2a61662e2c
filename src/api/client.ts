/** The client of the Developer REST API: one method per endpoint of the contract, and one for any other request. */
import type { LumioError } from '../errors.ts';
import type { Clock, Host } from '../host.ts';
import { rawPath } from './request-path.ts';
import type { EndpointResponse, Method } from './contract.ts';
import { unsettled, type RetryBudget } from './send-with-retry.ts';
import type { Body, HttpResponse } from './http.ts';
import { createPipeline, jsonBody, failed, type RequestPipeline } from './pipeline.ts';
import type { AtMostOnceResult } from './at-most-once.ts';
import type { ExtensionInput } from './schemas.ts';
import {
  createExtension,
  submitVersion,
  type Submission,
  type SubmissionEvents,
} from './submit-version.ts';
import { multipartBody, type Part } from './multipart.ts';

export interface ClientOptions {
  /** As `parseApiUrl` returns it. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly userAgent: string;
  /** Silence after which a request is given up. */
  readonly timeoutMs: number;
  /** What the retries of one call may cost; 0 = never retry. */
  readonly maxWaitMs: number;
  /** For the proxy settings. */
  readonly env: Host['env'];
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** Every pending call rejects with its reason when it is aborted. */
  readonly signal: AbortSignal;
  /** Takes a line per request, answer and retry, for `--verbose`. The key is masked. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Waits before a retry and may show it; default: the clock's sleep. */
  readonly pause?:
    | ((wait: { readonly ms: number; readonly reason: string }) => Promise<void>)
    | undefined;
  /** Told values that must not be shown: the proxy's password. */
  readonly hide?: ((secret: string) => void) | undefined;
}

/** A body for {@link Client.request}. */
export type RawBody =
  | { readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly parts: readonly Part[] };

export interface RawRequest {
  readonly method: Method;
  /** Below the base URL, with or without leading slash and query; or a full URL below it. */
  readonly path: string;
  readonly body?: RawBody | undefined;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What another call would have thrown for this status; undefined for 2xx. */
  readonly error: LumioError | undefined;
}

/** All methods throw LumioErrors whose kind follows from the HTTP status, or `network`; each call has its own budget of retries. */
export interface Client {
  listExtensions(this: void): Promise<EndpointResponse<'listExtensions'>>;
  getExtension(this: void, id: string): Promise<EndpointResponse<'getExtension'>>;
  /** Lists the extensions first: only so can a lost answer be told from an older extension of the same name. */
  createExtension(
    this: void,
    input: ExtensionInput,
  ): Promise<AtMostOnceResult<EndpointResponse<'createExtension'>>>;
  updateExtension(
    this: void,
    id: string,
    input: ExtensionInput,
  ): Promise<EndpointResponse<'updateExtension'>>;
  deleteExtension(this: void, id: string): Promise<void>;
  /** @param patience for a look that has limits of its own, below --max-wait and --timeout */
  listVersions(
    this: void,
    id: string,
    patience?: Pick<RetryBudget, 'maxMs' | 'attemptMs'>,
  ): Promise<EndpointResponse<'listVersions'>>;
  /** Submits a version once, whatever the network does. */
  submitVersion(
    this: void,
    id: string,
    submission: Submission,
    events?: SubmissionEvents,
  ): Promise<AtMostOnceResult<EndpointResponse<'submitVersion'>>>;
  getInstalls(this: void, id: string): Promise<EndpointResponse<'getInstalls'>>;
  setSecret(this: void, id: string, key: string, value: string): Promise<void>;
  deleteSecret(this: void, id: string, key: string): Promise<void>;
  listSecrets(this: void, id: string): Promise<EndpointResponse<'listSecrets'>>;
  /** Any request with the key; answers of any status are returned, only a missing answer throws. */
  request(this: void, request: RawRequest): Promise<RawResponse>;
  /** Drops all connections. */
  close(this: void): Promise<void>;
}

/**
 * Makes a client. Nothing is sent before the first call.
 * @throws LumioError `auth` for a key that no header can carry, `usage` for an unusable proxy
 */
export function createClient(options: ClientOptions): Client {
  const link = createPipeline(options);
  const { call } = link;
  return {
    listExtensions: () => call('listExtensions'),
    getExtension: (id) => call('getExtension', { params: { id } }),
    createExtension: (input) => createExtension(link, input),
    updateExtension: (id, input) =>
      call('updateExtension', { params: { id }, body: jsonBody(input) }),
    deleteExtension: (id) => call('deleteExtension', { params: { id } }),
    listVersions: (id, patience) => call('listVersions', { params: { id } }, { ...patience }),
    submitVersion: (id, submission, events = {}) =>
      submitVersion(link, { ...submission, extensionId: id }, events),
    getInstalls: (id) => call('getInstalls', { params: { id } }),
    setSecret: (id, key, value) =>
      call('setSecret', { params: { id, key }, body: jsonBody({ value }) }),
    deleteSecret: (id, key) => call('deleteSecret', { params: { id, key } }),
    listSecrets: (id) => call('listSecrets', { params: { id } }),
    request: (free) => request(link, options.baseUrl, free),
    close: link.close,
  };
}

async function request(
  link: RequestPipeline,
  baseUrl: string,
  free: RawRequest,
): Promise<RawResponse> {
  const prepared = link.prepare({
    method: free.method,
    path: rawPath(baseUrl, free.path),
    body: bodyOf(free.body),
  });
  const patience: RetryBudget = {};
  const exchanged = await link
    .exchange(prepared, patience)
    .catch((error: unknown) => Promise.reject(unsettled(error, prepared, patience)));
  if (exchanged.error === undefined) return freeAnswer(exchanged.outcome, undefined);
  const error = failed(exchanged, prepared);
  if (exchanged.outcome.kind === 'failure') throw error;
  return freeAnswer(exchanged.outcome, error);
}

function freeAnswer(
  { status, headers, body }: HttpResponse,
  error: LumioError | undefined,
): RawResponse {
  return { status, headers, body, error };
}

function bodyOf(body: RawBody | undefined): Body | undefined {
  return body !== undefined && 'parts' in body ? multipartBody(body.parts) : body;
}
