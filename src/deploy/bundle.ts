/** Packs the files of a project, or checks an archive of them. */
import { createHash } from 'node:crypto';
import { type Stats, createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { InspectedArchive } from '../archive/inspect.ts';
import { type Bundle, type PackOptions, packFiles } from '../archive/pack.ts';
import { allSecretRules } from '../archive/secret-rules.ts';
import { selectFiles } from '../archive/select.ts';
import { archiveTime } from '../archive/tar.ts';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { readSettings, manifestName } from '../project/manifest.ts';
import { isInside, createTemporaryDirectory } from '../shared/paths.ts';
import { formatBytes } from '../shared/quantities.ts';
import { mostSimilar } from '../shared/similar.ts';
import type { BuildLocation } from './locate-build.ts';
import { type BundleFacts, type DeployStep, type DeployStream, streamOf } from './steps.ts';

export type PackInput = Pick<PackOptions, 'allow' | 'secrets' | 'outputPath'>;

export interface PackedFiles {
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly ignoredCount: number;
}

/** @throws LumioError refused: an unsuitable file, a possible secret, an unwritable output */
export async function* packProject(
  project: BuildLocation,
  input: PackInput,
  host: Pick<Host, 'env' | 'platform' | 'signal'>,
): DeployStream<PackedFiles> {
  const settings = await readSettings(project.root);
  for (const message of [...settings.warnings, ...(project.manifest?.warnings ?? [])])
    yield { kind: 'warning', message };
  const merged = { ...input, allow: [...input.allow, ...settings.allow] };
  const { unusedAllows, ...packed } = project.isArchive
    ? yield* checkArchive(project.built, merged, host)
    : yield* packDirectory(project, merged, host);
  for (const entry of unusedAllows)
    yield { kind: 'warning', message: unusedAllow(entry, input.allow, settings.allow) };
  return packed;
}

type CheckedFiles = PackedFiles & Pick<Bundle, 'unusedAllows'>;

/** An entry may be a misplaced secret, so only rule names are printed. */
function unusedAllow(entry: string, option: readonly string[], setting: readonly string[]): string {
  const source = option.includes(entry)
    ? `Entry ${option.indexOf(entry) + 1} of --allow`
    : `Entry ${setting.indexOf(entry) + 1} of "allow" in package.json`;
  const rules = [...allSecretRules().map(({ id }) => id), 'source'];
  if (rules.includes(entry)) return `${source} (${entry}) matched nothing.`;
  const similar = mostSimilar(entry, rules);
  const hint =
    similar === undefined
      ? '"lumio help secret-scan" lists the rules.'
      : `Did you mean ${similar}?`;
  return `${source} matched nothing. ${hint}`;
}

async function* packDirectory(
  { built, root }: BuildLocation,
  input: PackInput,
  { env, platform, signal }: Pick<Host, 'env' | 'platform' | 'signal'>,
): DeployStream<CheckedFiles> {
  const ignoreFiles = [join(root, '.lumioignore')];
  const selection = await selectFiles(built, { ignoreFiles, signal, platform });
  const fileCount = selection.files.length;
  yield { kind: 'packing', fileCount, doneBytes: 0, totalBytes: selection.contentBytes };
  const mtimeSeconds = archiveTime(env);
  const bundle = yield* streamOf<DeployStep, Bundle>((emit) =>
    packFiles(selection, {
      ...input,
      mtimeSeconds,
      signal,
      onProgress: (doneBytes, totalBytes) =>
        emit({ kind: 'packing', fileCount, doneBytes, totalBytes }),
    }),
  );
  const result = yield* packed(built, bundle, selection);
  const source = newerSource(root, built, selection.files);
  if (source !== undefined)
    yield {
      kind: 'warning',
      message: `${source} is newer than the built files. Build again to include it.`,
    };
  return result;
}

/**
 * The newest file in `src`, if it is newer than every built file, else a file of the project that
 * is newer than its copy in the built directory.
 */
function newerSource(
  root: string,
  built: string,
  files: readonly { readonly path: string; readonly mtimeMs: number }[],
): string | undefined {
  const directory = join(root, 'src');
  if (isInside(directory, built)) return undefined;
  let newest = { path: '', mtimeMs: files.reduce((max, file) => Math.max(max, file.mtimeMs), 0) };
  for (const name of namesIn(directory, true)) {
    const found = statsOf(join(directory, name));
    if (found?.isFile() === true && found.mtimeMs > newest.mtimeMs)
      newest = { path: join('src', name), mtimeMs: found.mtimeMs };
  }
  return newest.path === '' ? newerOriginal(root, built, files) : newest.path;
}

/** `--write` changes them. */
const versionFiles: ReadonlySet<string> = new Set(['package.json', manifestName]);

/** Builds copy files from the project and from `public`, the name that Vite and others use. */
function newerOriginal(
  root: string,
  built: string,
  files: readonly { readonly path: string; readonly mtimeMs: number }[],
): string | undefined {
  if (isInside(root, built)) return undefined;
  for (const directory of ['', 'public']) {
    const names = new Set(namesIn(join(root, directory), false));
    if (names.size === 0) continue;
    for (const { path, mtimeMs } of files) {
      if (!names.has(path.split('/', 1)[0] ?? '') || versionFiles.has(path)) continue;
      const original = statsOf(join(root, directory, path));
      if (original?.isFile() === true && original.mtimeMs > mtimeMs) return join(directory, path);
    }
  }
  return undefined;
}

/** Empty if it can't be read. Synchronous, which is ten times faster for many small calls. */
function namesIn(directory: string, recursive: boolean): string[] {
  try {
    return readdirSync(directory, { recursive, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** An archive is sent unchanged, so it is copied first. */
async function* checkArchive(
  path: string,
  { allow, secrets, outputPath }: PackInput,
  { signal }: Pick<Host, 'signal'>,
): DeployStream<CheckedFiles> {
  const { inspectArchive } = await import('../archive/inspect.ts');
  const { size: totalBytes } = await stat(path);
  const bundle = yield* streamOf<DeployStep, InspectedArchive>((emit) =>
    inspectArchive(path, {
      allow,
      secrets,
      signal,
      onProgress: (doneBytes) => emit({ kind: 'packing', fileCount: 0, doneBytes, totalBytes }),
    }),
  );
  if (outputPath !== null) {
    await copyFile(path, outputPath);
    if ((await sha256Of(outputPath)) !== bundle.sha256) throw archiveChanged(path);
  }
  return yield* packed(path, bundle, { files: bundle.entries, ignoredCount: 0 });
}

async function* packed(
  path: string,
  { fileCount, sizeBytes, sha256, tarSha256, unusedAllows, warnings }: Bundle,
  { files, ignoredCount }: Pick<PackedFiles, 'files' | 'ignoredCount'>,
): DeployStream<CheckedFiles> {
  const bundle = { fileCount, sizeBytes, sha256, tarSha256 };
  yield { kind: 'packed', path, bundle, ignoredCount };
  for (const { path: file, line, message, rule } of warnings)
    yield {
      kind: 'warning',
      message: `${file}:${line} ${message} (${rule}). Make sure that it is safe to publish.`,
    };
  if (sizeBytes > largeBundleBytes)
    yield { kind: 'warning', message: largeBundle(sizeBytes, files) };
  const listed = files.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes }));
  return { bundle, files: listed, ignoredCount, unusedAllows };
}

/** The vendor's pages document different limits above this, so the server decides. */
const largeBundleBytes = 10_000_000;

function largeBundle(sizeBytes: number, files: PackedFiles['files']): string {
  let largest: PackedFiles['files'] = [];
  for (const file of files)
    if (file.sizeBytes > (largest[2]?.sizeBytes ?? -1))
      largest = [...largest, file]
        .sort((one, other) => other.sizeBytes - one.sizeBytes)
        .slice(0, 3);
  return (
    `The bundle is ${formatBytes(sizeBytes)}, and the server may refuse it. Largest files: ` +
    `${largest.map(({ path, sizeBytes: size }) => `${path} (${formatBytes(size)})`).join(', ')}.`
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function archiveChanged(path: string): LumioError {
  return new LumioError('refused', {
    code: 'file_changed',
    message: `${path} changed while it was read.`,
    hint: 'Wait until the archive is complete, then try again.',
  });
}

/** Its directory is also removed when the process is interrupted. @returns `remove` never fails */
export async function temporaryArchive(host: Pick<Host, 'tempDir' | 'onExit'>) {
  const directory = await createTemporaryDirectory(host.tempDir);
  const cancel = host.onExit(() => rmSync(directory, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    // A failed removal must not hide the result of the deploy.
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    cancel();
  };
  return { path: join(directory, 'bundle.tar.gz'), remove };
}
