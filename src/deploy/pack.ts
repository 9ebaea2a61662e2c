/** `pack`: the archive that deploy uploads, as a file, as bytes or as a list. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { createReadStream, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nameProblem } from '../archive/file-names.ts';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Host } from '../host.ts';
import { inUseHint, retryWhileInUse } from '../shared/atomic-write.ts';
import { isInside } from '../shared/paths.ts';
import { type PackedFiles, packProject, temporaryArchive } from './bundle.ts';
import { type Project, type ProjectInput, openProject } from './project.ts';
import type { BundleFacts, DeployStream } from './steps.ts';

export interface PackOptions extends Omit<ProjectInput, 'requiresVersion'> {
  /** A path, or `-` for stdout; default: named after the project, in the working directory. */
  readonly output?: string | undefined;
  readonly mode: 'write' | 'list';
  /** Values that must not be in the archive, such as the active key. */
  readonly secrets: readonly string[];
  /** For the name of the archive. */
  readonly slug?: string | undefined;
}

export interface PackReport {
  /** Null if the archive is written to stdout or only listed. */
  readonly path: string | null;
  readonly directory: string;
  readonly version: string | null;
  readonly bundle: BundleFacts;
  readonly files: PackedFiles['files'];
  readonly ignoredCount: number;
}

export interface PackResult {
  readonly report: PackReport;
  /** The archive, if it is written to stdout. */
  readonly bytes?: AsyncIterable<Uint8Array>;
}

/** @throws LumioError refused for the directory, a file, or an output that can't be written */
export async function* pack(options: PackOptions, host: Host): DeployStream<PackResult> {
  const project = yield* openProject({ ...options, requiresVersion: false }, host.cwd);
  const report = (path: string | null, packed: PackedFiles): PackReport => ({
    path,
    directory: project.built,
    version: project.version?.version ?? null,
    ...packed,
  });
  if (options.mode === 'list') {
    const packed = yield* packProject(project, { ...options, outputPath: null }, host);
    return { report: report(null, packed) };
  }
  if (project.isArchive) throw alreadyPacked(project.built);
  if (options.output === '-') {
    const { packed, bytes } = yield* packToBytes(project, options, host);
    return { report: report(null, packed), bytes };
  }
  const path = resolve(host.cwd, options.output ?? archiveName(project, options.slug));
  return { report: report(path, yield* packToFile(project, options, path, host)) };
}

/** `<slug or directory>-<version>.tar.gz`; a leading hyphen would make it an option. */
function archiveName({ root, version }: Project, slug: string | undefined): string {
  const isSlug = slug !== undefined && /^[a-z0-9-]+$/.test(slug);
  const name = (isSlug ? slug : basename(root)).replaceAll(/[^\w.-]+/g, '-');
  const stem = name.replaceAll(/^-+|-+$/g, '');
  return `${/\w/.test(stem) ? stem : 'bundle'}${version === undefined ? '' : `-${version.version}`}.tar.gz`;
}

/** The archive is complete and checked before its first byte is read. */
async function* packToBytes(
  project: Project,
  { allow, secrets }: PackOptions,
  host: Host,
): DeployStream<{ packed: PackedFiles; bytes: AsyncIterable<Uint8Array> }> {
  const archive = await temporaryArchive(host);
  let isPacked = false;
  try {
    const packed = yield* packProject(project, { allow, secrets, outputPath: archive.path }, host);
    isPacked = true;
    return { packed, bytes: readAndRemove(archive) };
  } finally {
    if (!isPacked) await archive.remove();
  }
}

async function* readAndRemove(
  archive: Awaited<ReturnType<typeof temporaryArchive>>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(archive.path);
  } finally {
    await archive.remove();
  }
}

/** Writes to a temporary file and renames it, so that no reader sees half an archive. */
async function* packToFile(
  project: Project,
  { allow, secrets }: PackOptions,
  path: string,
  host: Host,
): DeployStream<PackedFiles> {
  if (host.platform === 'win32') refuseDevice(path);
  const destination = await checkDestination(path, project.built);
  const suffix = `${host.clock.now().toString(36)}${host.clock.random().toString(36).slice(2)}`;
  const outputPath = join(dirname(destination), `.lumio-${suffix}.partial`);
  const cancel = host.onExit(() => rmSync(outputPath, { force: true }));
  try {
    const packed = yield* packProject(project, { allow, secrets, outputPath }, host);
    await retryWhileInUse(() => rename(outputPath, destination));
    return packed;
  } catch (thrown) {
    throw outputError(thrown, path);
  } finally {
    // A failed removal must not hide the first error.
    await rm(outputPath, { force: true }).catch(() => undefined);
    cancel();
  }
}

/** `NUL` would become a file, and `x.tgz:y` a hidden stream of one. */
function refuseDevice(path: string): void {
  const problem = nameProblem(basename(path));
  if (problem === undefined) return;
  const hint = 'Choose another file name with --output, or check without writing with --list.';
  throw unwritable(path, `the file ${problem.message}`, hint);
}

/** Follows links; only archives and empty files are replaced. */
async function checkDestination(path: string, directory: string): Promise<string> {
  const destination = await resolveDestination(path).catch((thrown: unknown) => {
    throw outputError(thrown, path);
  });
  // If the parent doesn't exist, writing fails with the right error.
  const parent = await realpath(dirname(destination)).catch(() => undefined);
  if (parent === undefined || !isInside(parent, await realpath(directory))) return destination;
  throw new LumioError('refused', {
    code: 'output_in_directory',
    message:
      `The archive ${destination} would be inside the packed directory ${directory}, and ` +
      'part of the next archive.',
    hint: 'Choose a path outside that directory with --output.',
  });
}

async function resolveDestination(path: string): Promise<string> {
  const found = await stat(path).catch((thrown: unknown) => {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  });
  if (found === undefined) return path;
  if (found.isFile()) {
    if (await isReplaceable(path)) return realpath(path);
    throw unwritable(path, "the file exists and isn't an archive", 'Choose another path.');
  }
  throw found.isDirectory()
    ? unwritable(path, 'it is a directory', 'Specify a file in it with --output.')
    : unwritable(
        path,
        "it isn't a regular file",
        'Write the archive to stdout with -o -, and redirect it.',
      );
}

/** The start of an archive (RFC 1952, section 2.3.1). */
async function isReplaceable(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2);
    return bytesRead === 0 || buffer.toString('hex') === '1f8b';
  } finally {
    await file.close();
  }
}

/** Reports errors of the system and the archive writer with the path that the user specified. */
function outputError(thrown: unknown, path: string): unknown {
  const isWriteError = thrown instanceof LumioError && thrown.problem.code === 'output_unwritable';
  const cause = isWriteError ? thrown.cause : thrown;
  if (systemCode(cause) === undefined) return thrown;
  const hint =
    inUseHint(thrown) ??
    'Check that the directory exists, is writable and has free space, ' +
      'or choose another path with --output.';
  return unwritable(path, systemErrorText(cause), hint, thrown);
}

function unwritable(path: string, reason: string, hint: string, cause?: unknown): LumioError {
  const message = `Can't write the archive to ${path}: ${reason}.`;
  return new LumioError('refused', { code: 'output_unwritable', message, hint, cause });
}

function alreadyPacked(path: string): LumioError {
  return new LumioError('usage', {
    code: 'already_packed',
    message: `${path} is already an archive.`,
    hint: 'Pass a built directory, or --list to check the archive.',
  });
}
