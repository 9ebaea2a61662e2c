/**
 * Headers of the tar format (POSIX.1-2001, "pax"), by the `tar` package's own classes. Its only importer: the loops that read and
 * write archives are ours, what stands in a header is not.
 */
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';

/** Everything in a tar stands on multiples of this. */
export const recordBytes = 512;

/**
 * One mode for every file. A bundle holds pages, scripts and pictures and nothing that is executed, and the permission bits of a
 * folder say more about the machine (umask, Windows, a CI checkout) than about its content: `chmod` must not change the bytes.
 */
const fileMode = 0o644;

/** Sizes beyond 11 octal digits (8 GiB - 1) don't fit into a plain header. */
const largestOctalSize = 0o77777777777;

export interface TarFile {
  /** Relative, `/` separated. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Makes the headers of files, all with the same time, owner 0 and mode 0644.
 * @param mtimeSeconds seconds since 1970, the same for all files
 * @returns for each file one or, with a pax record before it, several records, to be used before the next call
 */
export function headerMaker(mtimeSeconds: number): (file: TarFile) => Buffer {
  const mtime = new Date(mtimeSeconds * 1000);
  const header = new Header({ type: 'File', mode: fileMode, uid: 0, gid: 0, mtime, uname: '', gname: '' });
  const block = Buffer.alloc(recordBytes);
  return (file) => {
    block.fill(0);
    header.path = file.path;
    header.size = file.sizeBytes;
    return header.encode(block) ? Buffer.concat([paxRecords(file, mtime), block]) : block;
  };
}

function paxRecords(file: TarFile, mtime: Date): Buffer {
  const size = file.sizeBytes > largestOctalSize ? { size: file.sizeBytes } : {};
  return new Pax({ path: file.path, mtime, ...size }).encode();
}

/** What a header says, as far as a reader of bundles cares. */
export interface TarEntry {
  readonly type: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** Values of pax or GNU long-name records that stand before a header and override it. */
export type Overrides = Readonly<{ path?: string | undefined; size?: number | undefined }>;

/**
 * Reads one 512-byte record.
 * @returns the entry, `'end'` for a record of zeros, or `'invalid'` when the checksum does not hold
 */
export function readHeader(record: Buffer, overrides: Overrides): TarEntry | 'end' | 'invalid' {
  const { path, size } = overrides;
  const header = new Header(record, 0, { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) });
  if (header.nullBlock) return 'end';
  if (!header.cksumValid || header.path === undefined || header.size === undefined) return 'invalid';
  return { type: header.type, path: header.path, sizeBytes: header.size };
}

/** Reads the records of a pax extended header. */
export function readPax(text: string): Overrides {
  const { path, size } = Pax.parse(text);
  return { path, size: size === undefined ? undefined : Number(size) };
}
