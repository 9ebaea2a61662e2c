/** Checks responses against the contract; `lumio api` passes them on unchanged. */
import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { LumioError } from '../errors.ts';
import { excerpt } from '../terminal/printable.ts';
import { endpoints, type EndpointName, type EndpointResponse, type Method } from './contract.ts';
import { contentType, requestIdOf } from './errors.ts';
import type { HttpResponse } from './http.ts';
import { isTooDeep, parseJson, stringifyExactJson } from '../shared/json.ts';
import type { JsonObject } from '../shared/object.ts';
import {
  completeRecords,
  decode,
  ErrorEnvelope,
  matches,
  schemasWithoutRecords,
} from './schemas.ts';
import { asSentence, withOutcomeNote } from './send-with-retry.ts';

/** A response of any status. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What an endpoint's method would throw for this status; undefined for 2xx. */
  readonly error: LumioError | undefined;
}

type Response = Pick<HttpResponse, 'status' | 'headers' | 'body'>;

/**
 * Reads an endpoint's successful response.
 * @param label the request, for messages
 * @param note receives a warning about tolerated differences
 * @returns the unchanged JSON document; undefined where the contract promises no content
 * @throws LumioError `unexpected_response`
 */
export function decodeResponse<Name extends EndpointName>(
  name: Name,
  label: string,
  response: Response,
  note: (message: string) => void = () => undefined,
): EndpointResponse<Name> {
  const { status, schema } = endpoints[name].response;
  const body = parseJson(response.body);
  const { document, changed } = schemasWithoutRecords.has(schema)
    ? { document: body, changed: 0 }
    : completeRecords(body);
  if (changed > 0)
    note(
      `Note: the response to ${label} has missing or invalid fields ` +
        `in ${changed === 1 ? '1 entry' : `${changed} entries`}.`,
    );
  // JSON instead of "no content" is harmless; a captive portal's page isn't.
  const isEmpty = status === 204 && (response.body.length === 0 || document !== undefined);
  if (document === undefined && !isEmpty) throw invalidJson(label, response);
  if (matches(ErrorEnvelope, document)) throw isError(label, response, document);
  return decode(schema, isEmpty ? undefined : document, `The response to ${label}`);
}

/** A gateway in front of the server may get the status wrong. */
function isError(
  label: string,
  response: Response,
  reported: JsonObject & { readonly error: { code: string; message: string } },
): LumioError {
  const { code, message } = reported.error;
  const text = asSentence(excerpt(message, 300));
  return unexpected(
    response,
    `${label} returned status ${response.status}, ` +
      `but its body is an error (${excerpt(code, 80)}): ${text}`,
    'Contact the operator of the API, or of a proxy in front of it.',
    reported,
  );
}

function invalidJson(label: string, response: Response): LumioError {
  const text = excerpt(new TextDecoder().decode(response.body.subarray(0, 2000)), 80);
  const what =
    response.body.length === 0
      ? 'an empty body'
      : `a body (${contentType(response)}) that ${jsonProblem(response, 'valid JSON')}: "${text}"`;
  return unexpected(
    response,
    `${label} returned status ${response.status} with ${what}.`,
    'Check that --api-url points to the Lumio API and that no proxy responds instead of it.',
  );
}

function jsonProblem({ body }: Response, expected: string): string {
  return isTooDeep(body) ? 'has more than 1000 levels of nesting' : `isn't ${expected}`;
}

function unexpected(
  response: Response,
  message: string,
  hint: string,
  reported?: JsonObject,
): LumioError {
  const { status } = response;
  const [code, requestId] = ['unexpected_response', requestIdOf(response)] as const;
  return new LumioError(code, { code, message, hint, status, requestId, reported });
}

/** Status line and headers, as `curl -i` shows them. */
export function headLines({ status, headers }: RawResponse): string[] {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(), ...fields];
}

/**
 * The document of `lumio api --json`: the API's own, or `{"status"}` for an empty body.
 * @param part `all` adds status and headers to the body, for --include
 * @throws LumioError `unexpected_response` for a body that isn't JSON
 */
export function responseDocument(
  response: RawResponse,
  part: 'body' | 'all',
  method: Method,
): unknown {
  const { status, headers, body } = response;
  const document = parseJson(body);
  if (document === undefined && body.length > 0)
    throw withOutcomeNote(notJson(response), method !== 'GET');
  if (part === 'all') return { status, headers, body: document ?? null };
  return document === undefined ? { status } : document;
}

/** For a terminal: JSON with indentation, anything else unchanged. */
export function responseText({ body }: RawResponse): string {
  const document = parseJson(body);
  return document === undefined
    ? new TextDecoder().decode(body)
    : stringifyExactJson(document, undefined, 2);
}

/** The body's bytes, changed only where `redact` finds a secret. */
export function responseBytes({ body }: RawResponse, redact: (text: string) => string): Uint8Array {
  // In latin1 every byte is one character, so binary data is unchanged.
  const encoding = isUtf8(body) ? 'utf8' : 'latin1';
  const text = Buffer.from(body).toString(encoding);
  const redacted = redact(text);
  return redacted === text ? body : Buffer.from(redacted, encoding);
}

/** The response's error, with the whole response in its JSON document. */
export function errorWithResponse(
  error: LumioError,
  response: RawResponse,
  part: 'body' | 'all',
): LumioError {
  const details = {
    response: parseJson(response.body) ?? null,
    ...(part === 'all' ? { headers: response.headers } : {}),
  };
  return new LumioError(error.kind, { ...error.problem, details });
}

function notJson(response: RawResponse): LumioError {
  const { status } = response;
  return new LumioError('unexpected_response', {
    code: isTooDeep(response.body) ? 'nested_too_deeply' : 'not_json',
    message:
      `The body of the response (status ${status}, ${contentType(response)}) ` +
      `${jsonProblem(response, 'JSON')}.`,
    hint: 'To print the body unchanged, remove --json and --query.',
    status,
  });
}
