/** The client of the API: a method per endpoint of the contract, and one for any request. */
import type { EndpointName, EndpointResponse, Method } from './contract.ts';
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

/**
 * All methods throw LumioErrors whose kind follows from the HTTP status, or `network`; each call
 * has its own retry budget.
 */
export type Client = ReturnType<typeof createClient>;

/**
 * Sends nothing before the first call.
 * @throws LumioError `auth` for a key that no header can contain, `usage` for an invalid proxy
 */
export function createClient(options: ClientOptions) {
  const pipeline = createPipeline(options);
  const call = <Name extends EndpointName>(
    name: Name,
    input: EndpointInput,
    limits: RequestLimits | undefined,
  ): Promise<EndpointResponse<Name>> => callEndpoint(pipeline, name, input, { limits });
  const endpointMethods = {
    listExtensions: (limits?: RequestLimits) => call('listExtensions', {}, limits),
    getExtension: (id: string, limits?: RequestLimits) =>
      call('getExtension', { params: { id } }, limits),
    /** Lists the extensions first, to recognize the new one if the response gets lost. */
    createExtension: (input: ExtensionInput) => createExtension(pipeline, input),
    updateExtension: (id: string, input: ExtensionInput, limits?: RequestLimits) =>
      call('updateExtension', { params: { id }, body: jsonBody(input) }, limits),
    deleteExtension: (id: string, limits?: RequestLimits) =>
      call('deleteExtension', { params: { id } }, limits),
    listVersions: (id: string, limits?: RequestLimits) =>
      call('listVersions', { params: { id } }, limits),
    submitVersion: (id: string, submission: Submission, events: SubmissionEvents = {}) =>
      submitVersion(pipeline, { ...submission, extensionId: id }, events),
    getInstalls: (id: string, limits?: RequestLimits) =>
      call('getInstalls', { params: { id } }, limits),
    setSecret: (id: string, key: string, input: { value: string }, limits?: RequestLimits) =>
      call('setSecret', { params: { id, key }, body: jsonBody(input) }, limits),
    deleteSecret: (id: string, key: string, limits?: RequestLimits) =>
      call('deleteSecret', { params: { id, key } }, limits),
    listSecrets: (id: string, limits?: RequestLimits) =>
      call('listSecrets', { params: { id } }, limits),
  } satisfies Record<EndpointName, unknown>;
  return {
    ...endpointMethods,
    /** Responses of any status are returned; a missing response throws. */
    request: (raw: RawRequest) => sendRaw(pipeline, options.baseUrl, raw),
    /** Ends pending calls and drops all connections. */
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
