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
  const header = new Header({
    path: '',
    type: 'File',
    mode: fileMode,
    uid: 0,
    gid: 0,
    size: 0,
    mtime,
    uname: '',
    gname: '',
  });
  const template = Buffer.alloc(recordBytes);
  header.encode(template);
  const templateSum = header.cksum ?? 0;
  const record = Buffer.alloc(recordBytes);
  return (file) => {
    record.set(template);
    if (fillTemplate(record, file, templateSum)) return record;
    record.fill(0);
    header.path = file.path;
    header.size = file.sizeBytes;
    return header.encode(record) ? Buffer.concat([paxRecords(file, mtime), record]) : record;
  };
}

/** A path may fill its field to the last byte. (The package makes `./…` of one that does so at the top level.) */
const pathFieldBytes = 100;

/** Where the package puts the digits of these numbers, as long as there are not more of them. */
const sizeField = { start: 124, digits: 10 };
const checksumField = { start: 148, digits: 6 };

/**
 * The short way for nearly every file: puts a short plain path and a size into a header made by the package. Fifty thousand headers
 * made from nothing take as long as opening and reading the files.
 * @returns whether that was enough
 */
function fillTemplate(record: Buffer, file: TarFile, templateSum: number): boolean {
  const { path, sizeBytes } = file;
  if (path.length > pathFieldBytes || sizeBytes >= 8 ** sizeField.digits) return false;
  let sum = templateSum;
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    if (code > 0x7e) return false;
    record[index] = code;
    sum += code;
  }
  sum += writeOctal(record, sizeField, sizeBytes);
  writeOctal(record, checksumField, sum);
  return true;
}

/** Replaces the zeros of a number field. @returns by how much the sum of its bytes grew */
function writeOctal(
  record: Buffer,
  { start, digits }: { start: number; digits: number },
  value: number,
): number {
  let growth = 0;
  let rest = value;
  for (let at = start + digits - 1; at >= start; at -= 1) {
    const digit = rest % 8;
    record[at] = 0x30 + digit;
    growth += digit;
    rest = Math.floor(rest / 8);
  }
  return growth;
}

function paxRecords(file: TarFile, mtime: Date): Buffer {
  const size = file.sizeBytes > largestOctalSize ? { size: file.sizeBytes } : {};
  return new Pax({ path: file.path, mtime, ...size }).encode();
}
