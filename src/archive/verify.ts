/**
 * Reads a `.tar.gz` as a careful server would: as a stream, believing nothing, keeping nothing but names. Needs no more memory for a
 * large archive than for a small one.
 */
import { gunzip } from './gunzip.ts';
import { ByteReader } from './bytes.ts';
import { archiveError } from './archive-error.ts';
import { type Overrides, type TarEntry, readHeader, readPax, recordBytes } from './tar.ts';

export interface ArchiveEntry {
  /** Relative, `/` separated, without a leading `./`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** @internal */
export interface ArchiveLimits {
  /** Files, folders and extended headers. */
  readonly maxEntries: number;
  /** Sum of the files' sizes; what keeps a small upload from growing without end. */
  readonly maxContentBytes: number;
}

export interface ReadOptions {
  readonly limits?: Partial<ArchiveLimits>;
  readonly signal: AbortSignal;
}

const defaultLimits: ArchiveLimits = { maxEntries: 1_000_000, maxContentBytes: 4 * 1024 ** 3 };

/** `PATH_MAX` of Linux. */
const longestPath = 4096;

/** No path is that long; an extended header that claims to be is an attack on memory. */
const largestExtendedHeaderBytes = 1024 * 1024;

/**
 * Gives the files of an archive in its order. It is valid only when the iteration comes to its end.
 * @param source the bytes; a stream is destroyed when the reading ends early
 * @throws LumioError `refused`: `archive_not_gzip`, `archive_corrupt`, `archive_not_tar`, `archive_truncated`, `archive_trailing_data`,
 * `archive_path_unsafe`, `archive_entry_type`, `archive_duplicate_path`, `archive_path_clash`, `archive_empty`,
 * `archive_too_many_entries`, `archive_too_large`; the source's own error as it is; the signal's reason when it is aborted
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = new ByteReader(gunzip(source, options.signal));
  try {
    yield* new ArchiveReader(reader, { ...defaultLimits, ...options.limits }).files();
    await assertOnlyZeros(reader);
  } finally {
    await reader.close();
  }
}

class ArchiveReader {
  readonly #reader: ByteReader;
  readonly #limits: ArchiveLimits;
  readonly #seen = new Set<string>();
  #overrides: Overrides = {};
  #entryCount = 0;
  #contentBytes = 0;

  constructor(reader: ByteReader, limits: ArchiveLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  async *files(): AsyncGenerator<ArchiveEntry, void, undefined> {
    for (let entry = await this.#header(); entry !== undefined; entry = await this.#header()) {
      const file = await this.#take(entry);
      if (file !== undefined) yield file;
    }
    if (this.#seen.size === 0) throw archiveError('archive_empty', 'holds no files');
    for (const path of this.#seen) this.#assertNoFileAbove(path);
  }

  #assertNoFileAbove(path: string): void {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, end);
      if (this.#seen.has(above))
        throw archiveError(
          'archive_path_clash',
          `holds ${JSON.stringify(above)} as a file and, for ${JSON.stringify(path)}, as a folder`,
        );
    }
  }

  /** The next header, or undefined at the end of the archive. */
  async #header(): Promise<TarEntry | undefined> {
    const record = await this.#reader.take(recordBytes);
    if (record === undefined)
      throw this.#entryCount === 0
        ? notTar()
        : archiveError('archive_truncated', 'ends without an end mark');
    const entry = readHeader(record, this.#overrides.path);
    if (entry === 'end') return undefined;
    if (entry === 'invalid')
      throw this.#entryCount === 0
        ? notTar()
        : archiveError('archive_corrupt', 'holds a damaged header');
    this.#entryCount += 1;
    if (this.#entryCount > this.#limits.maxEntries) {
      throw archiveError(
        'archive_too_many_entries',
        `holds more than ${this.#limits.maxEntries} entries`,
      );
    }
    return entry;
  }

  /** Reads what belongs to the header; gives the file, if it is one. */
  async #take(header: TarEntry): Promise<ArchiveEntry | undefined> {
    if (header.type === 'ExtendedHeader') return this.#override(header, readPax);
    if (header.type === 'NextFileHasLongPath')
      return this.#override(header, (text) => ({ path: text.replace(/\0.*/s, '') }));
    if (header.type === 'GlobalExtendedHeader') return this.#skip(header);
    const entry = { ...header, ...this.#overrides };
    this.#overrides = {};
    if (entry.type === 'Directory') {
      safePath(entry.path);
      return this.#skip(entry);
    }
    if (!fileTypes.has(entry.type)) {
      throw archiveError(
        'archive_entry_type',
        `holds ${JSON.stringify(entry.path)}, which is no file (${entry.type})`,
      );
    }
    return this.#file(entry);
  }

  async #file(entry: TarEntry): Promise<ArchiveEntry> {
    const path = safePath(entry.path);
    if (path === '' || path.endsWith('/'))
      throw archiveError(
        'archive_path_unsafe',
        `holds a file without a name (${JSON.stringify(entry.path)})`,
      );
    if (this.#seen.has(path))
      throw archiveError('archive_duplicate_path', `holds ${JSON.stringify(path)} twice`);
    this.#seen.add(path);
    this.#contentBytes += entry.sizeBytes;
    if (this.#contentBytes > this.#limits.maxContentBytes) {
      throw archiveError(
        'archive_too_large',
        `unpacks to more than ${this.#limits.maxContentBytes} bytes`,
      );
    }
    await this.#skip(entry);
    return { path, sizeBytes: entry.sizeBytes };
  }

  async #override(entry: TarEntry, decode: (text: string) => Overrides): Promise<undefined> {
    if (entry.sizeBytes > largestExtendedHeaderBytes)
      throw archiveError('archive_corrupt', 'holds an extended header of more than 1 MiB');
    const content = await this.#reader.take(padded(entry.sizeBytes));
    if (content === undefined) throw cutOff(entry);
    this.#overrides = {
      ...this.#overrides,
      ...decode(content.toString('utf8', 0, entry.sizeBytes)),
    };
  }

  async #skip(entry: TarEntry): Promise<undefined> {
    if (!(await this.#reader.skip(padded(entry.sizeBytes)))) throw cutOff(entry);
  }
}

const fileTypes: ReadonlySet<string> = new Set(['File', 'ContiguousFile']);

/** Takes off the `./` that `tar -C dist .` writes. @throws when the path could lead out of the folder that the archive is unpacked in */
function safePath(path: string): string {
  if (path.length > longestPath)
    throw archiveError(
      'archive_path_unsafe',
      `holds a path of more than ${longestPath} characters (${JSON.stringify(path.slice(0, 100))}…)`,
    );
  const relative = path.replace(/^(?:\.\/+)+|^\.$/, '');
  const isUnsafe =
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /^(?:\/|[A-Za-z]:)|[\\\u0000-\u001f\u007f]/.test(relative) ||
    relative.split('/').includes('..');
  if (isUnsafe)
    throw archiveError(
      'archive_path_unsafe',
      `holds ${JSON.stringify(path)}, a path that leads out of its folder or that can't be stored everywhere`,
    );
  return relative;
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / recordBytes) * recordBytes;
}

function notTar(): Error {
  return archiveError('archive_not_tar', 'is not a tar archive inside');
}

function cutOff(entry: TarEntry): Error {
  return archiveError('archive_truncated', `ends in the middle of ${JSON.stringify(entry.path)}`);
}

/** After the end mark a tar may be filled up with zeros, with nothing else. */
async function assertOnlyZeros(reader: ByteReader): Promise<void> {
  for (let chunk = await reader.some(); chunk !== undefined; chunk = await reader.some()) {
    if (chunk.some((byte) => byte !== 0))
      throw archiveError('archive_trailing_data', 'goes on after its end mark');
  }
}
