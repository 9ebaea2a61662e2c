/** Selects and packs the files of a project. */
import { rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundle, packFiles } from '../archive/pack.ts';
import { type Selection, largestFiles, selectFiles } from '../archive/select.ts';
import { LumioError } from '../errors.ts';
import { createTemporaryDirectory } from '../shared/temporary-directory.ts';
import type { Host } from '../host.ts';
import { formatBytes } from '../shared/byte-size.ts';
import type { BuildLocation } from './locate.ts';
import { type BundleFacts, type DeployStep, type DeployStream, emittedBy } from './steps.ts';

export interface PackInput {
  readonly allow: readonly string[];
  /** Null: check and hash only. */
  readonly outputPath: string | null;
}

export interface PackedFiles {
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly ignoredCount: number;
}

/** @throws LumioError refused: an unsuitable file, a possible secret, an unwritable output */
export async function* packProject(
  { directory, root }: BuildLocation,
  { allow, outputPath }: PackInput,
  host: Pick<Host, 'env' | 'signal'>,
): DeployStream<PackedFiles> {
  const { signal } = host;
  const ignoreFiles = [join(root, '.lumioignore')];
  const selection = await selectFiles(directory, { ignoreFiles, signal });
  const fileCount = selection.files.length;
  yield { kind: 'packing', fileCount, doneBytes: 0, totalBytes: selection.contentBytes };
  const mtimeSeconds = archiveTime(host.env);
  const packed = yield* emittedBy<DeployStep, Bundle>((emit) =>
    packFiles(selection, {
      allow,
      outputPath,
      mtimeSeconds,
      signal,
      onProgress: (doneBytes, totalBytes) =>
        emit({ kind: 'packing', fileCount, doneBytes, totalBytes }),
    }),
  );
  const { sizeBytes, sha256, tarSha256 } = packed;
  const bundle = { fileCount, sizeBytes, sha256, tarSha256 };
  const { ignoredCount } = selection;
  yield { kind: 'packed', directory, bundle, ignoredCount };
  for (const message of bundleWarnings(packed, selection)) yield { kind: 'warning', message };
  const files = selection.files.map(({ path, sizeBytes: bytes }) => ({ path, sizeBytes: bytes }));
  return { bundle, files, ignoredCount };
}

/** The vendor's pages name different limits above this, so the server decides. */
const largeBundleBytes = 10_000_000;

function bundleWarnings(bundle: Bundle, selection: Selection): string[] {
  const unused = bundle.unusedAllows.map((entry) => `--allow ${entry} matched nothing.`);
  if (bundle.sizeBytes <= largeBundleBytes) return unused;
  const largest = largestFiles(selection, 3).map(
    (file) => `${file.path} (${formatBytes(file.sizeBytes)})`,
  );
  const size = formatBytes(bundle.sizeBytes);
  return [
    ...unused,
    `The bundle is ${size}, and the server may refuse it. Largest files: ${largest.join(', ')}.`,
  ];
}

/** Seconds since 1970: SOURCE_DATE_EPOCH (reproducible-builds.org), or a fixed time. */
function archiveTime(env: Host['env']): number {
  const text = env['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return 0;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new LumioError('usage', {
    code: 'invalid_source_date_epoch',
    message: `SOURCE_DATE_EPOCH is "${text}", which isn't a valid time.`,
    hint: 'Set it to whole seconds since 1970-01-01, such as 1767225600.',
  });
}

export interface TemporaryArchive {
  readonly path: string;
  /** Never fails. */
  remove(): Promise<void>;
}

/** Its directory is also removed when the process is interrupted. */
export async function temporaryArchive(
  host: Pick<Host, 'tempDir' | 'onExit'>,
): Promise<TemporaryArchive> {
  const directory = await createTemporaryDirectory(host.tempDir);
  const cancel = host.onExit(() => rmSync(directory, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    // A failed removal must not hide the result of the deploy.
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    cancel();
  };
  return { path: join(directory, 'bundle.tar.gz'), remove };
}
