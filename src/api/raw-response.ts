/** Any answer of the API, as `lumio api` hands it on: its bytes, its document, its head. */
import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { LumioError } from '../errors.ts';
import type { RawResponse } from './client.ts';
import type { Method } from './contract.ts';
import { unsettled } from './send-with-retry.ts';
import { parseJson } from './errors.ts';

/** Status line and headers, one a line, as `curl -i` shows them. */
export function headLines({ status, headers }: RawResponse): string[] {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(), ...fields];
}

/**
 * The JSON document of `--json`: the API's own; `{"status"}` where it answered nothing.
 * @param part `all` puts status and headers beside the body, for `--include`
 * @param method of the request
 * @throws LumioError unexpected_response when the answer is no JSON
 */
export function responseDocument(
  answer: RawResponse,
  part: 'body' | 'all',
  method: Method,
): unknown {
  const { status, headers, body } = answer;
  const document = parseJson(body);
  if (document === undefined && body.length > 0) throw unsettled(notJson(answer), { method });
  if (part === 'all') return { status, headers, body: document ?? null };
  return document === undefined ? { status } : document;
}

/** What people read at a terminal: JSON with indentation, anything else as it is. */
export function responseText({ body }: RawResponse): string {
  const document = parseJson(body);
  return document === undefined
    ? new TextDecoder().decode(body)
    : JSON.stringify(document, undefined, 2);
}

/**
 * The bytes of an answer, with nothing changed but what has to be masked.
 * @param clean masks secrets in a text
 */
export function responseBytes({ body }: RawResponse, clean: (text: string) => string): Uint8Array {
  // In latin1 every byte is one character, so that binary data comes out as it went in.
  const encoding = isUtf8(body) ? 'utf8' : 'latin1';
  const text = Buffer.from(body).toString(encoding);
  const cleaned = clean(text);
  return cleaned === text ? body : Buffer.from(cleaned, encoding);
}

/** The error of an answer, which takes the whole answer along into its JSON document. */
export function errorWithResponse(
  error: LumioError,
  answer: RawResponse,
  part: 'body' | 'all',
): LumioError {
  const document = parseJson(answer.body);
  const details = {
    answer: document ?? null,
    ...(part === 'all' ? { headers: answer.headers } : {}),
  };
  return new LumioError(error.kind, { ...error.problem, details });
}

function notJson({ status, headers }: RawResponse): LumioError {
  return new LumioError('unexpected_response', {
    code: 'not_json',
    message: `The answer (${status}, ${headers['content-type'] ?? 'no content type'}) is no JSON.`,
    hint: 'Without --json and --query it is printed as it is.',
    status,
  });
}
