/** Reads JSON request bodies. */
import type { IncomingMessage } from 'node:http';
import { SandboxError, invalid } from './errors.ts';

/** A secret of 1 MiB, lumio's limit, can be six times as long when JSON escapes it. */
const maxBytes = 8 * 1024 * 1024;

/**
 * All JSON bodies of the API page are objects.
 * @throws SandboxError 413 above 8 MiB; 422 for another content type or invalid JSON
 */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/iu.test(incoming.headers['content-type'] ?? ''))
    throw invalid('Content-Type', 'must be application/json');
  const json = parse(await readBytes(incoming));
  if (Array.isArray(json)) throw invalid('body', 'must be object');
  return json;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw invalid(
      'body',
      error instanceof SyntaxError ? `is not JSON (${error.message})` : 'is not UTF-8',
    );
  }
}

/** Keeps the connection open at the limit, so that the client can read the response. */
async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes)
      throw new SandboxError('payload_too_large', `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
