/** Packs a selection: reads, checks, scans, hashes, deflates and writes in one pass, in bounded memory, always to the same bytes. */
import { createHash } from 'node:crypto';
import { ParallelGzip, blockBytes, windowBytes } from './gzip.ts';
import { ArchiveOutput } from './output.ts';
import { SecretScan, secretsFound } from './scan.ts';
import { locate } from './lines.ts';
import type { SelectedFile, Selection } from './select.ts';
import { Source } from './source.ts';
import { type TarFile, headerMaker, recordBytes } from './tar.ts';

export interface PackOptions {
  /** A file that does not exist yet; null: only check and hash. */
  readonly outputPath: string | null;
  /** Rules and paths of findings of the secret scan that are meant. */
  readonly allow: readonly string[];
  /** Time of every entry, in seconds since 1970. */
  readonly mtimeSeconds: number;
  readonly signal: AbortSignal;
  /** Bytes of content packed so far, and of all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface Bundle {
  readonly path: string | null;
  readonly fileCount: number;
  readonly contentBytes: number;
  /** Of the `.tar.gz`. */
  readonly sizeBytes: number;
  /** Of the `.tar.gz`, hexadecimal. The same wherever the same zlib packs. */
  readonly sha256: string;
  /** Of the tar inside, hexadecimal. The same everywhere. */
  readonly tarSha256: string;
  /** Entries of `allow` that no finding met. */
  readonly unusedAllows: readonly string[];
}

/**
 * Packs the files of a selection into one gzip member that holds a tar.
 * The output is made by this function, and removed by it when it fails or is aborted; afterwards it is the caller's.
 * @throws LumioError `refused`: `file_changed`, `file_unreadable`, `secret_found` (with `details.findings`), `output_unwritable`;
 * the signal's reason when it is aborted
 */
export async function packFiles(selection: Selection, options: PackOptions): Promise<Bundle> {
  options.signal.throwIfAborted();
  const output = new ArchiveOutput(options.outputPath);
  const packing = new Packing(selection, options, output);
  try {
    const bundle = await packing.run();
    output.close();
    return bundle;
  } catch (error) {
    await packing.abandon();
    output.discard();
    throw error;
  }
}

class Packing {
  readonly #selection: Selection;
  readonly #options: PackOptions;
  readonly #output: ArchiveOutput;
  readonly #gzip: ParallelGzip;
  readonly #scan: SecretScan;
  readonly #tarHash = createHash('sha256');
  readonly #header: (file: TarFile) => Buffer;
  /** Where in the gzip's buffer the next byte of the tar goes. */
  #position = windowBytes;
  #doneBytes = 0;

  constructor(selection: Selection, options: PackOptions, output: ArchiveOutput) {
    this.#selection = selection;
    this.#options = options;
    this.#output = output;
    this.#gzip = new ParallelGzip((chunk) => output.write(chunk));
    this.#scan = new SecretScan(options.allow);
    this.#header = headerMaker(options.mtimeSeconds);
  }

  async run(): Promise<Bundle> {
    for (const file of this.#selection.files) await this.#add(file);
    // Two records of zeros end a tar.
    await this.#copy(Buffer.alloc(2 * recordBytes));
    const rest = this.#gzip.buffer.subarray(windowBytes, this.#position);
    this.#tarHash.update(rest);
    await this.#gzip.finish(rest.length);
    const findings = this.#scan.blocked.map((sighting) => locate(sighting, this.#selection.files));
    if (findings.length > 0) throw secretsFound(findings);
    const { files, contentBytes } = this.#selection;
    this.#options.onProgress?.(contentBytes, contentBytes);
    return {
      path: this.#options.outputPath,
      fileCount: files.length,
      contentBytes,
      sizeBytes: this.#output.sizeBytes,
      sha256: this.#output.sha256(),
      tarSha256: this.#tarHash.digest('hex'),
      unusedAllows: this.#scan.unusedAllows(this.#options.allow),
    };
  }

  /** Waits until nothing works on the buffers any more. */
  async abandon(): Promise<void> {
    await this.#gzip.abandon();
  }

  async #add(file: SelectedFile): Promise<void> {
    this.#scan.name(file.path);
    await this.#copy(this.#header(file));
    const source = new Source(this.#selection.folder, file);
    try {
      for (let offset = 0; offset < file.sizeBytes; ) offset += await this.#readPiece(source, file, offset);
      source.assertUnchanged();
    } finally {
      source.close();
    }
    this.#pad();
    if (this.#position === blockEnd) await this.#flush();
  }

  /** Reads as much of the file as the block has room for. @returns how much */
  async #readPiece(source: Source, file: SelectedFile, offset: number): Promise<number> {
    const { buffer } = this.#gzip;
    const start = this.#position;
    const end = Math.min(start + file.sizeBytes - offset, blockEnd);
    source.fill(buffer, start, end);
    const length = end - start;
    this.#scan.content(file.path, { buffer, start, end, offset, isLast: offset + length === file.sizeBytes });
    this.#position = end;
    this.#doneBytes += length;
    if (end === blockEnd) await this.#flush();
    return length;
  }

  /** Copies whole records, of which some may fit into the block and some not. */
  async #copy(records: Buffer): Promise<void> {
    for (let from = 0; from < records.length; from += recordBytes) {
      records.copy(this.#gzip.buffer, this.#position, from, from + recordBytes);
      this.#position += recordBytes;
      if (this.#position === blockEnd) await this.#flush();
    }
  }

  /** Fills the last record of a file with zeros. Blocks begin and end between records, so there is always room. */
  #pad(): void {
    const end = windowBytes + Math.ceil((this.#position - windowBytes) / recordBytes) * recordBytes;
    this.#gzip.buffer.fill(0, this.#position, end);
    this.#position = end;
  }

  async #flush(): Promise<void> {
    this.#tarHash.update(this.#gzip.buffer.subarray(windowBytes, blockEnd));
    await this.#gzip.next();
    this.#options.signal.throwIfAborted();
    this.#position = windowBytes;
    this.#options.onProgress?.(this.#doneBytes, this.#selection.contentBytes);
  }
}

const blockEnd = windowBytes + blockBytes;
