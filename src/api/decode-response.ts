/** Successful answers: from bytes to what the contract promises. */
import { LumioError } from '../errors.ts';
import { endpoints, type EndpointResponse, type EndpointName } from './contract.ts';
import type { HttpResponse } from './http.ts';
import { parseJson, requestIdOf } from './errors.ts';
import { decode, ErrorEnvelope, matches } from './schemas.ts';
import { excerpt } from './excerpt.ts';

/**
 * Reads a successful answer of an endpoint.
 * @param label the request as messages call it
 * @returns the JSON document as it came; undefined for an endpoint that promises no content
 * @throws LumioError `unexpected_response` when it is not what the contract promises
 */
export function decodeResponse<Name extends EndpointName>(
  name: Name,
  label: string,
  answer: HttpResponse,
): EndpointResponse<Name> {
  const { status, schema } = endpoints[name].answer;
  const document = parseJson(answer.body);
  // Where no content is promised, JSON in its place does no harm; the page of a captive portal or proxy does: nothing was done then.
  const isEmptyAsPromised = status === 204 && (answer.body.length === 0 || document !== undefined);
  if (document === undefined && !isEmptyAsPromised) throw notJson(label, answer);
  if (matches(ErrorEnvelope, document)) throw isError(label, answer, document.error);
  return decode(schema, isEmptyAsPromised ? undefined : document, `The answer to ${label}`);
}

/** A gateway that answers in the server's place may get the status wrong: nothing tells then that anything was done. */
function isError(
  label: string,
  answer: HttpResponse,
  { code, message }: { code: string; message: string },
): LumioError {
  return new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message: `${label} was answered with status ${answer.status}, but the answer is an error (${excerpt(code, 80)}): ${excerpt(message, 300).replace(/(?<![.!?])$/, '.')}`,
    hint: 'The status says success and the answer says failure: ask the operators of the API, or of a proxy before it.',
    status: answer.status,
    requestId: requestIdOf(answer),
  });
}

function notJson(label: string, answer: HttpResponse): LumioError {
  const type = answer.headers['content-type']?.split(';', 1)[0] ?? 'no content type';
  const text = excerpt(new TextDecoder().decode(answer.body.subarray(0, 2000)), 80);
  const what = answer.body.length === 0 ? 'is empty' : `(${type}) is no complete JSON: "${text}"`;
  return new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message: `${label} was answered with status ${answer.status}, but the answer ${what}.`,
    hint: 'Check that --api-url points to the Lumio API and that no proxy answers in its place.',
    status: answer.status,
    requestId: requestIdOf(answer),
  });
}
