/** The body of a free request: bytes as they are, or an object that becomes JSON. */
import type { RawRequest, RawBody } from './types.ts';

/** What has a content type, or bytes where that was forgotten: neither is in any document of the API. */
export function isRaw(body: object): body is RawBody {
  return 'contentType' in body || ('bytes' in body && isBytes(body.bytes));
}

/** Also of another realm, such as that in which a test runner runs its tests: there `instanceof` says no. */
export function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

export function bodyOf({ body }: RawRequest): RawBody | undefined {
  if (body === undefined || isRaw(body)) return body;
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}
