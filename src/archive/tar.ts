/** Headers of the tar format (POSIX.1-2001, "pax"), written with the `tar` package. */
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { LumioError } from '../errors.ts';

/** Headers and contents begin at multiples of this. */
export const recordBytes = 512;

/** One mode for every file: permissions depend on the machine (umask, Windows). */
const fileMode = 0o644;

/** Sizes beyond 11 octal digits (8 GiB - 1) don't fit into a plain header. */
const maxOctalSize = 0o77777777777;

export interface TarFile {
  /** Relative, `/` separated. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Creates headers with the same time, owner 0 and mode 0644.
 * @param mtimeSeconds seconds since 1970
 * @returns a function whose result is valid until the next call; a pax header may precede the
 * header
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

/** A path may fill its field; the package would write such a path as `./…`. */
const pathFieldBytes = 100;

/** Where the package writes the digits of these numbers. */
const sizeField = { start: 124, digits: 10 };
const checksumField = { start: 148, digits: 6 };

/**
 * Writes a short ASCII path and a size into a header of the package, which is much faster than a
 * new header for each of many files.
 * @returns false if the header needs more
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

/** Replaces the zeros of a number field. @returns by how much the sum of its bytes grows */
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
  const size = file.sizeBytes > maxOctalSize ? { size: file.sizeBytes } : {};
  return new Pax({ path: file.path, mtime, ...size }).encode();
}

export function decodeHeader(record: Buffer): Header | undefined {
  try {
    const header = new Header(record.subarray(0, recordBytes));
    // GNU tar leaves the size of a label empty.
    const hasSize =
      header.size !== undefined || /^[\0 ]*$/.test(record.toString('latin1', 124, 136));
    return (header.cksumValid && hasSize) || header.nullBlock ? header : undefined;
  } catch {
    return undefined;
  }
}

/** 1985-10-26T08:15:00Z, as in npm packages: some tools reject 1970. */
const defaultTime = 499_162_500;

/**
 * The timestamp of all entries, in seconds since 1970: SOURCE_DATE_EPOCH (reproducible-builds.org),
 * or a fixed time.
 * @throws LumioError usage for an invalid SOURCE_DATE_EPOCH
 */
export function archiveTime(env: Readonly<Record<string, string | undefined>>): number {
  const text = env['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return defaultTime;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new LumioError('usage', {
    code: 'invalid_source_date_epoch',
    message: "SOURCE_DATE_EPOCH isn't a valid time.",
    hint: 'Set it to whole seconds since 1970-01-01, such as 1767225600.',
  });
}
