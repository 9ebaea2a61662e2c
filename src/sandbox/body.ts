/** Reads JSON bodies of requests. */
import type { IncomingMessage } from 'node:http';
import { SandboxError, invalid } from './errors.ts';

/** The page names no limit. A secret of 1 MiB, as much as lumio takes, may be six times as long when JSON has to escape it. */
const maxBytes = 8 * 1024 * 1024;

/**
 * The JSON of a request. The bodies of the API page are objects, which a schema does not tell from lists.
 * @throws Refusal 413 above 8 MiB, 422 for another content type, text that is not UTF-8 or not JSON, a list
 */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/iu.test(incoming.headers['content-type'] ?? '')) {
    throw invalid('Content-Type', 'must be application/json');
  }
  const json = parsed(await readBytes(incoming));
  if (Array.isArray(json)) throw invalid('body', 'must be object');
  return json;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw invalid(
      'body',
      error instanceof SyntaxError ? `is not JSON (${error.message})` : 'is not UTF-8',
    );
  }
}

/** Stops reading, but leaves the connection alone, at the limit: the answer still has to get through. */
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
