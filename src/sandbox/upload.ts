/** Reads the multipart form of Submit version. */
import { getMultipartBoundary, parseMultipart } from '@remix-run/multipart-parser';
import type { IncomingMessage } from 'node:http';
import { readBytes } from './request.ts';
import { SandboxError, invalid, tooLarge } from './response.ts';

const maxFieldBytes = 64 * 1024;
/** {@link receiveUpload} limits the sizes of the body and the bundle. */
const limits = {
  maxParts: 20,
  maxHeaderSize: 80 * 1024,
  maxFileSize: Infinity,
  maxTotalSize: Infinity,
};
/** For the part headers and the other fields. */
const formOverheadBytes = 1024 * 1024;

export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** Undefined if the form has no file of this name. */
  readonly bundle: Uint8Array | undefined;
}

/** @throws SandboxError 413 for a bundle above the limit, 422 for an invalid form */
export async function receiveUpload(incoming: IncomingMessage, maxBytes: number): Promise<Upload> {
  const contentType = incoming.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/iu.test(contentType))
    throw invalid('Content-Type', 'must be multipart/form-data');
  const boundary = getMultipartBoundary(contentType);
  if (boundary === null) throw invalid('Content-Type', 'has no boundary parameter');
  const limitBytes = maxBytes + formOverheadBytes;
  const body = await readBytes(incoming, limitBytes, tooLarge('bundle', maxBytes));
  const { fields, files } = parseForm(body, boundary);
  for (const [name, value] of fields)
    if (Buffer.byteLength(value) > maxFieldBytes)
      throw invalid(name, `must have at most ${maxFieldBytes} bytes`);
  const bundle = files.get('bundle');
  if (bundle !== undefined && bundle.length > maxBytes) throw tooLarge('bundle', maxBytes);
  return { fields, bundle };
}

function parseForm(body: Buffer, boundary: string) {
  const fields = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  // The parser refuses a preamble (RFC 2046 section 5.1.1) before the first boundary.
  const lines = Buffer.concat([Buffer.from('\r\n'), body]);
  const form = lines.subarray(lines.indexOf(`\r\n--${boundary}`, 'latin1') + 2);
  try {
    for (const part of parseMultipart(form, { boundary, ...limits })) {
      const { name = '', isFile } = part;
      if (fields.has(name) || files.has(name)) throw invalid(name, 'appears twice');
      if (isFile) files.set(name, part.bytes);
      else fields.set(name, part.text);
    }
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw invalid('body', `isn't a valid form (${error instanceof Error ? error.message : ''})`);
  }
  return { fields, files };
}
