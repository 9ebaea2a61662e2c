/** The client of the API: a method per endpoint of the contract, and one for any request. */
import type * as v from 'valibot';
import type { AtMostOnceResult } from './at-most-once.ts';
import type { EndpointName, EndpointResponse, endpoints, Method } from './contract.ts';
import {
  callEndpoint,
  createPipeline,
  type ClientOptions,
  type EndpointInput,
  type RequestPipeline,
} from './pipeline.ts';
import { jsonBody, multipartBody, type Part } from './body.ts';
import { rawPath } from './api-url.ts';
import type { RawResponse } from './response.ts';
import type { ExtensionInput } from './resources.ts';
import { sendAndNote, type RequestLimits } from './send-with-retry.ts';
import {
  createExtension,
  submitVersion,
  type Submission,
  type SubmissionEvents,
} from './submit-version.ts';

/** A body for {@link Client.request}. */
export type RawBody =
  | { readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly parts: readonly Part[] };

export interface RawRequest {
  readonly method: Method;
  /** Below the base URL, with or without leading slash and query; or a full URL below it. */
  readonly path: string;
  /** Names in lower case; they override the client's own, but for Authorization. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: RawBody | undefined;
}

/** A string for each parameter of a path. */
type Params<Path extends string> = Path extends `${string}:${string}/${infer Rest}`
  ? [string, ...Params<Rest>]
  : Path extends `${string}:${string}`
    ? [string]
    : [];

type JsonInput<Shape> = Shape extends {
  readonly body: { readonly type: 'json'; readonly schema: infer Schema extends v.GenericSchema };
}
  ? [body: v.InferInput<Schema>]
  : [];

type EndpointMethod<Name extends EndpointName> = (
  ...args: [
    ...Params<(typeof endpoints)[Name]['path']>,
    ...JsonInput<(typeof endpoints)[Name]>,
    limits?: RequestLimits,
  ]
) => Promise<EndpointResponse<Name>>;

/** The POSTs, which take effect at most once. */
type SpecialEndpoint = 'createExtension' | 'submitVersion';

type EndpointMethods = {
  readonly [Name in Exclude<EndpointName, SpecialEndpoint>]: EndpointMethod<Name>;
};

/**
 * All methods throw LumioErrors whose kind follows from the HTTP status, or `network`; each call
 * has its own retry budget.
 */
export interface Client extends EndpointMethods {
  /** Lists the extensions first, to recognize the new one if the response gets lost. */
  createExtension(
    this: void,
    input: ExtensionInput,
  ): Promise<AtMostOnceResult<EndpointResponse<'createExtension'>>>;
  submitVersion(
    this: void,
    id: string,
    submission: Submission,
    events?: SubmissionEvents,
  ): Promise<AtMostOnceResult<EndpointResponse<'submitVersion'>>>;
  /** Responses of any status are returned; a missing response throws. */
  request(this: void, request: RawRequest): Promise<RawResponse>;
  /** Ends pending calls and drops all connections. */
  close(this: void): Promise<void>;
}

/**
 * Sends nothing before the first call.
 * @throws LumioError `auth` for a key that no header can contain, `usage` for an invalid proxy
 */
export function createClient(options: ClientOptions): Client {
  const pipeline = createPipeline(options);
  const call = <Name extends EndpointName>(
    name: Name,
    input: EndpointInput,
    limits: RequestLimits | undefined,
  ): Promise<EndpointResponse<Name>> => callEndpoint(pipeline, name, input, { limits });
  return {
    listExtensions: (limits) => call('listExtensions', {}, limits),
    getExtension: (id, limits) => call('getExtension', { params: { id } }, limits),
    createExtension: (input) => createExtension(pipeline, input),
    updateExtension: (id, input, limits) =>
      call('updateExtension', { params: { id }, body: jsonBody(input) }, limits),
    deleteExtension: (id, limits) => call('deleteExtension', { params: { id } }, limits),
    listVersions: (id, limits) => call('listVersions', { params: { id } }, limits),
    submitVersion: (id, submission, events = {}) =>
      submitVersion(pipeline, { ...submission, extensionId: id }, events),
    getInstalls: (id, limits) => call('getInstalls', { params: { id } }, limits),
    setSecret: (id, key, input, limits) =>
      call('setSecret', { params: { id, key }, body: jsonBody(input) }, limits),
    deleteSecret: (id, key, limits) => call('deleteSecret', { params: { id, key } }, limits),
    listSecrets: (id, limits) => call('listSecrets', { params: { id } }, limits),
    request: (raw) => sendRaw(pipeline, options.baseUrl, raw),
    close: async () => pipeline.close(),
  };
}

async function sendRaw(
  { deps, prepare }: RequestPipeline,
  baseUrl: string,
  { method, path, headers, body }: RawRequest,
): Promise<RawResponse> {
  const request = prepare({
    method,
    headers,
    path: rawPath(baseUrl, path),
    body: body !== undefined && 'parts' in body ? multipartBody(body.parts) : body,
  });
  const { outcome, error } = await sendAndNote(request, deps);
  if (outcome?.kind === 'response') return { ...outcome, error };
  throw error;
}
