/** The body of a raw request: bytes, or an object that becomes JSON. */
import type { RawRequest, RawBody } from './types.ts';

/** A value with a content type, or bytes without one: no document of the API has either. */
export function isRaw(body: object): body is RawBody {
  return 'contentType' in body || ('bytes' in body && isBytes(body.bytes));
}

/** Works across realms, such as those of test runners, where `instanceof` fails. */
export function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

export function bodyOf({ body }: RawRequest): RawBody | undefined {
  if (body === undefined || isRaw(body)) return body;
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}
