/** Reads an untrusted `.tar.gz` as a stream, in bounded memory, as a careful server does. */
import type { Header } from 'tar/header';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import {
  EntryPaths,
  safePath,
  checkExtendedHeader,
  isExtendedHeader,
  maxExtendedHeaderBytes,
} from './entry-checks.ts';
import { archiveError, gunzip } from './gzip.ts';
import { decodeHeader, recordBytes } from './tar.ts';

export interface ArchiveEntry {
  /** Relative, `/` separated, without `.` segments. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** @internal */
export interface ArchiveLimits {
  /** Headers, and files and directories including those that only a path mentions. */
  readonly maxEntries: number;
  /** Sum of the file sizes, which bounds how far a small upload can expand. */
  readonly maxContentBytes: number;
}

export interface ReadOptions {
  readonly limits?: Partial<ArchiveLimits>;
  readonly signal: AbortSignal;
  /** Called with the content of each file, piece by piece. */
  readonly onContent?: (entry: ArchiveEntry, content: Buffer, offset: number) => void;
  readonly onTar?: (bytes: Buffer) => void;
}

const defaultLimits: ArchiveLimits = { maxEntries: 1_000_000, maxContentBytes: 4 * 1024 ** 3 };

/** GNU tar fills its last block, which `-b` makes 1 MiB at most in practice. */
const maxPaddingBytes = 16 * 1024 * 1024;

/**
 * Yields the files of an archive in order. The archive is valid only if the iteration completes.
 * @param source a stream is destroyed when reading stops early
 * @throws LumioError `refused`: the codes of `gunzip` and `archive_not_tar`, `archive_corrupt`,
 * `archive_truncated`, `archive_trailing_data`, `archive_path_unsafe`, `archive_entry_type`,
 * `archive_pax_unsupported`, `archive_name_not_utf8`, `archive_duplicate_path`,
 * `archive_path_clash`, `archive_empty`, `archive_too_many_entries`, `archive_too_large`
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = new ArchiveReader(options);
  for await (const chunk of gunzip(source, options.signal)) {
    options.onTar?.(chunk);
    reader.write(chunk);
    yield* reader.takeFiles();
  }
  reader.end();
}

/**
 * Puts our checks around tar's strict parser. It gets whole headers, since it decodes each piece
 * of a pax header separately, and nothing after the end mark, since it would buffer that.
 */
class ArchiveReader {
  readonly #options: ReadOptions;
  readonly #limits: ArchiveLimits;
  readonly #parser = new Parser({ strict: true });
  readonly #paths = new EntryPaths();
  #files: ArchiveEntry[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #entry: ReadEntry | undefined;
  #isEnded = false;
  #headerCount = 0;
  #fileCount = 0;
  #contentBytes = 0;
  #paddingBytes = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#parser.on('error', (error: Error) => {
      throw archiveError('archive_corrupt', 'contains a damaged header', error);
    });
    this.#parser.on('nullBlock', () => (this.#isEnded = true));
    this.#parser.on('entry', (entry: ReadEntry) => this.#accept(entry));
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => this.#accept(entry));
  }

  write(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let size = this.#nextBytes(); size > 0; size = this.#nextBytes()) {
      const piece = this.#rest.subarray(0, size);
      this.#rest = this.#rest.subarray(size);
      this.#parser.write(piece);
    }
    if (this.#isEnded) this.#checkPadding();
  }

  takeFiles(): ArchiveEntry[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }

  end(): void {
    const remaining = this.#entry?.blockRemain ?? 0;
    if (remaining > 0)
      throw archiveError(
        'archive_truncated',
        `ends in the middle of ${JSON.stringify(this.#entry?.path)}`,
      );
    if (!this.#isEnded)
      throw this.#headerCount === 0 && this.#rest.length < recordBytes
        ? notTar()
        : archiveError('archive_truncated', 'ends without an end-of-archive marker');
    if (this.#fileCount === 0) throw archiveError('archive_empty', 'contains no files');
  }

  /** How much of the buffer to pass to the parser now; 0 until more arrives. */
  #nextBytes(): number {
    if (this.#isEnded) return 0;
    const remaining = this.#entry?.blockRemain ?? 0;
    // The parser counts whole records only.
    const wholeBytes = this.#rest.length - (this.#rest.length % recordBytes);
    if (remaining > 0 || wholeBytes === 0) return Math.min(remaining, wholeBytes);
    const header = decodeHeader(this.#rest);
    if (header?.nullBlock === true) return recordBytes;
    const size = recordBytes + this.#extendedBytes(header);
    if (this.#rest.length < size) return 0;
    this.#headerCount += 1;
    this.#checkCount(this.#headerCount);
    return size;
  }

  /** Size of the content of a pax or GNU header, which applies to the entry after it. */
  #extendedBytes(header: Header | undefined): number {
    // What isn't a header could make the parser decompress it.
    if (header === undefined)
      throw this.#headerCount === 0
        ? notTar()
        : archiveError('archive_corrupt', 'contains a damaged header');
    const { type, size = 0 } = header;
    if (!isExtendedHeader(type)) return 0;
    if (size > maxExtendedHeaderBytes)
      throw archiveError('archive_corrupt', 'contains an extended header of more than 1 MiB');
    const content = this.#rest.subarray(recordBytes, recordBytes + size);
    if (content.length === size) checkExtendedHeader(type, content);
    return padded(size);
  }

  #checkPadding(): void {
    if (this.#rest.some((byte) => byte !== 0))
      throw archiveError('archive_trailing_data', 'contains data after its end-of-archive marker');
    this.#paddingBytes += this.#rest.length;
    if (this.#paddingBytes > maxPaddingBytes)
      throw archiveError('archive_too_large', 'is followed by more than 16 MiB of zeros');
    this.#rest = Buffer.alloc(0);
  }

  #accept(entry: ReadEntry): void {
    this.#entry = entry;
    // A label that GNU tar -V writes, which names no file.
    if (entry.type === 'TapeVolumeHeader') return;
    if (entry.type === 'Directory') this.#addPath(safePath(entry.path), 'directory');
    else this.#acceptFile(entry);
    entry.resume();
  }

  #acceptFile(entry: ReadEntry): void {
    if (!fileTypes.has(entry.type))
      throw archiveError(
        'archive_entry_type',
        `contains ${JSON.stringify(entry.path)}, which isn't a file (${entry.type})`,
      );
    const path = safePath(entry.path);
    if (path === '' || /\/\.?$/.test(entry.path))
      throw archiveError(
        'archive_path_unsafe',
        `contains a file without a name (${JSON.stringify(entry.path)})`,
      );
    this.#addPath(path, 'file');
    this.#fileCount += 1;
    this.#contentBytes += entry.size;
    const { maxContentBytes } = this.#limits;
    if (this.#contentBytes > maxContentBytes)
      throw archiveError('archive_too_large', `expands to more than ${maxContentBytes} bytes`);
    const file = { path, sizeBytes: entry.size };
    let offset = 0;
    entry.on('data', (content: Buffer) => {
      this.#options.onContent?.(file, content, offset);
      offset += content.length;
    });
    entry.on('end', () => this.#files.push(file));
  }

  #addPath(path: string, kind: 'file' | 'directory'): void {
    this.#paths.add(path, kind);
    this.#checkCount(this.#paths.count);
  }

  #checkCount(count: number): void {
    const { maxEntries } = this.#limits;
    if (count > maxEntries)
      throw archiveError('archive_too_many_entries', `contains more than ${maxEntries} entries`);
  }
}

const fileTypes: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / recordBytes) * recordBytes;
}

function notTar(): Error {
  return archiveError('archive_not_tar', "doesn't contain a tar archive");
}
