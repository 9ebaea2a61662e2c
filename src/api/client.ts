/** The client of the API: any endpoint of the contract, and any other request. */
import type {
  EndpointBody,
  EndpointResponse,
  Method,
  PathParams,
  RepeatableEndpoint,
} from './contract.ts';
import {
  callEndpoint,
  createPipeline,
  type ClientOptions,
  type RequestPipeline,
} from './pipeline.ts';
import { jsonBody, multipartBody, type Part } from './body.ts';
import { rawPath } from './api-url.ts';
import type { RawResponse } from './response.ts';
import type { ExtensionInput } from './resources.ts';
import { sendWithOutcomeNote, type RequestLimits } from './send-with-retry.ts';
import type { Submission, SubmissionEvents } from './submit-version.ts';

/** A body for {@link Client.request}. */
export type RawBody =
  | { readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly parts: readonly Part[] };

export interface RawRequest {
  readonly method: Method;
  /** Below the base URL, with or without leading slash and query; or a full URL below it. */
  readonly path: string;
  /** Names in lower case; they override the client's own, except Authorization. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: RawBody | undefined;
}

/** Arguments after the endpoint name, required if the endpoint has a body or path parameters. */
type CallArguments = {
  [Name in RepeatableEndpoint]: EndpointBody<Name> extends undefined
    ? keyof PathParams<Name> extends never
      ? [params?: PathParams<Name>, options?: BodylessOptions]
      : [params: PathParams<Name>, options?: BodylessOptions]
    : [params: PathParams<Name>, options: RequestLimits & { readonly body: EndpointBody<Name> }];
};
type BodylessOptions = RequestLimits & { readonly body?: undefined };

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
  return {
    /** Sends a request that may be repeated, and decodes its response. */
    call: <Name extends RepeatableEndpoint>(
      name: Name,
      ...[params, { body, ...limits } = {}]: CallArguments[Name]
    ): Promise<EndpointResponse<Name>> =>
      callEndpoint(
        pipeline,
        name,
        { params, body: body === undefined ? undefined : jsonBody(body) },
        { limits },
      ),
    /** Lists the extensions first, to recognize the new one if the response gets lost. */
    createExtension: async (input: ExtensionInput) =>
      (await import('./submit-version.ts')).createExtension(pipeline, input),
    submitVersion: async (id: string, submission: Submission, events: SubmissionEvents = {}) => {
      const { submitVersion } = await import('./submit-version.ts');
      return submitVersion(pipeline, { ...submission, extensionId: id }, events);
    },
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
  const { outcome, error } = await sendWithOutcomeNote(request, deps);
  if (outcome?.kind === 'response') return { ...outcome, error };
  throw error;
}
