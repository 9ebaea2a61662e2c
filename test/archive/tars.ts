/** Handmade tars, and the entries that our reader returns. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ArchiveEntry, type ArchiveLimits, readArchive } from '../../src/archive/verify.ts';
import { headerMaker } from '../../src/archive/tar.ts';

const { signal } = new AbortController();

/** The files in an archive, which comes in pieces of `pieceBytes`. */
export async function entriesIn(
  archive: Uint8Array,
  {
    limits = {},
    pieceBytes = 1 << 16,
  }: { limits?: Partial<ArchiveLimits>; pieceBytes?: number } = {},
): Promise<ArchiveEntry[]> {
  const pieces = Array.from({ length: Math.ceil(archive.length / pieceBytes) }, (_piece, index) =>
    archive.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const entries: ArchiveEntry[] = [];
  for await (const entry of readArchive(Readable.from(pieces), { limits, signal }))
    entries.push(entry);
  return entries;
}

export const header = headerMaker(0);
export const entry = (path: string, content: string | Buffer = ''): Buffer => {
  const body = Buffer.from(content);
  return Buffer.concat([
    header({ path, sizeBytes: body.length }),
    body,
    Buffer.alloc(-body.length & 511),
  ]);
};
export const end = Buffer.alloc(1024);
export const tar = (...parts: Buffer[]): Buffer => gzipSync(Buffer.concat([...parts, end]));

/** A record with a field changed and its checksum right again. */
export function patched(record: Buffer, at: number, text: string): Buffer {
  const copy = Buffer.from(record);
  copy.write(text, at, 'latin1');
  copy.fill(' ', 148, 156);
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}
export const sizeField = 124;
export const typeField = 156;

/** A pax header with one field; its length includes its own digits. */
export function pax(field: string): Buffer {
  const rest = ` ${field}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes;
  while (String(length).length + restBytes !== length) length += 1;
  return patched(entry('pax', `${length}${rest}`), typeField, 'x');
}
