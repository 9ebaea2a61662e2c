/** Checks an archive that already exists as if its files were packed now. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import { clashFinder, nameProblem } from './file-names.ts';
import type { Bundle } from './pack.ts';
import { type RefusedFile, nameClash, refuse, refuseSources } from './refused-files.ts';
import {
  type ScanOptions,
  type SecretScan,
  createSecretScan,
  scanOverlapBytes,
  refuseSecrets,
} from './secret-scan.ts';
import { type ArchiveEntry, type ReadOptions, readArchive } from './verify.ts';

/** `.lumioignore` doesn't apply to an archive. */
const remedy = 'and create the archive again';

interface InspectOptions extends ScanOptions {
  readonly signal: AbortSignal;
  /** Bytes of the archive read so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

export interface InspectedArchive extends Bundle {
  readonly path: string;
  readonly entries: readonly ArchiveEntry[];
}

/**
 * Reads a `.tar.gz` to its end and applies the checks of `packFiles`. The archive isn't changed.
 * @param path absolute
 * @throws LumioError `refused`: the codes of `readArchive` and of file names, `secret_found`,
 * `archive_unreadable`; the reason of the signal when it is aborted
 */
export async function inspectArchive(
  path: string,
  options: InspectOptions,
): Promise<InspectedArchive> {
  const scan = await createSecretScan(options);
  const sha256 = createHash('sha256');
  const tarSha256 = createHash('sha256');
  let sizeBytes = 0;
  const entries = await readEntries(path, {
    signal: options.signal,
    onBytes: (bytes) => {
      sha256.update(bytes);
      sizeBytes += bytes.length;
      options.onProgress?.(sizeBytes);
    },
    onTar: (bytes) => tarSha256.update(bytes),
    onContent: scanContent(scan),
  });
  refuseNames(path, entries);
  refuseSources(path, entries, () => scan.allows('source'));
  for (const entry of entries) scan.name({ path: entry.path, absolutePath: entry.path });
  refuseSecrets(scan.blocked, remedy);
  return {
    path,
    entries,
    fileCount: entries.length,
    contentBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
    sizeBytes,
    sha256: sha256.digest('hex'),
    tarSha256: tarSha256.digest('hex'),
    unusedAllows: scan.unusedAllows,
    warnings: scan.warnings,
  };
}

type OnContent = (entry: ArchiveEntry, content: Buffer, offset: number) => void;

async function readEntries(
  path: string,
  { onBytes, ...options }: ReadOptions & { readonly onBytes: (bytes: Buffer) => void },
): Promise<ArchiveEntry[]> {
  const file = createReadStream(path);
  file.on('data', (chunk) => void (typeof chunk === 'string' || onBytes(chunk)));
  // The listener must not start the stream before the reader is attached.
  file.pause();
  try {
    const entries: ArchiveEntry[] = [];
    for await (const entry of readArchive(file, options)) entries.push(entry);
    return entries;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new LumioError('refused', {
      code: 'archive_unreadable',
      message: `The archive ${path} can't be read (${systemErrorText(error)}).`,
      hint: 'Check that the file exists and that you can read it.',
      cause: error,
    });
  }
}

/** Keeps the end of each piece, so that nothing is missed at a border. */
function scanContent(scan: SecretScan): OnContent {
  let before: Buffer = Buffer.alloc(0);
  return ({ path, sizeBytes }, content, offset) => {
    if (offset === 0) before = Buffer.alloc(0);
    const buffer = Buffer.concat([before, content]);
    const start = before.length;
    const end = buffer.length;
    const isLast = offset + content.length === sizeBytes;
    scan.content(path, { buffer, start, end, offset, isLast });
    before = buffer.subarray(-scanOverlapBytes);
  };
}

/** Applies the rules for the names of files in a directory. */
function refuseNames(path: string, entries: readonly ArchiveEntry[]): void {
  const refusals: RefusedFile[] = [];
  const clashOf = clashFinder();
  for (const entry of entries) {
    const problem = entry.path
      .split('/')
      .map(nameProblem)
      .find((found) => found !== undefined);
    if (problem !== undefined) refusals.push({ path: entry.path, ...problem });
    const other = clashOf(entry.path);
    if (other !== undefined) refusals.push(nameClash(entry.path, other));
  }
  const [first, ...others] = refusals;
  if (first !== undefined) throw refuse(path, [first, ...others], `Rename it, ${remedy}.`);
}
