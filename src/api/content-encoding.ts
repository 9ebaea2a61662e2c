/** Decodes bodies. lumio asks for no compression, but proxies may compress all the same. */
import { systemCode } from '../errors.ts';
import { ConnectionError } from './failure.ts';

const decoders = new Map<string, 'gunzipSync' | 'inflateSync' | 'brotliDecompressSync'>([
  ['gzip', 'gunzipSync'],
  ['x-gzip', 'gunzipSync'],
  ['deflate', 'inflateSync'],
  ['br', 'brotliDecompressSync'],
]);

/**
 * @param encoding of the response's Content-Encoding
 * @returns invalid data, and data of an unknown encoding, as it is
 * @throws ConnectionError `response_too_large`
 */
export async function decompressed(
  body: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const decoder = decoders.get(encoding.trim().toLowerCase());
  if (decoder === undefined || body.length === 0) return body;
  const zlib = await import('node:zlib');
  try {
    return zlib[decoder](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') return body;
    throw new ConnectionError('response_too_large');
  }
}
