/** `pack`: the very archive that deploy would upload, as a file, as bytes, or only listed. */
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { createReadStream, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Bundle } from '../archive/pack.ts';
import type { Selection } from '../archive/select.ts';
import type { Host } from '../host.ts';
import { LumioError, systemCode } from '../errors.ts';
import { isInside } from '../shared/path-inside.ts';
import { type BundleFacts, factsOf } from './deploy.ts';
import {
  type LocalRequest,
  archiveName,
  findProject,
  packSelection,
  selectProject,
  type TemporaryArchive,
  temporaryArchive,
} from './local.ts';

export interface PackOptions extends LocalRequest {
  /** Path to write to, `-` for stdout; undefined: named after project and version, in the working folder. */
  readonly output?: string | undefined;
  readonly mode: 'write' | 'list';
  /** Slug for the archive's name, where one is known. */
  readonly slug?: string | undefined;
  readonly onPacking?: (doneBytes: number, totalBytes: number) => void;
}

interface PackReport {
  /** Absolute path of the archive; null when it went to stdout or was only listed. */
  readonly path: string | null;
  readonly folder: string;
  readonly version: string | null;
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

export interface Packed {
  readonly report: PackReport;
  readonly selection: Selection;
  readonly bundle: Bundle;
  /** The archive itself, when it goes to stdout. */
  readonly bytes?: AsyncIterable<Uint8Array>;
}

/**
 * Packs a built folder with the selection, the checks and the bytes of a deploy.
 * @throws LumioError refused for the folder, a file, or an output that can't be written
 */
export async function pack(options: PackOptions, host: Host): Promise<Packed> {
  const project = await findProject(options, host.cwd);
  const selection = await selectProject(project, host.signal);
  const request = {
    allow: options.allow,
    ...(options.onPacking === undefined ? {} : { onProgress: options.onPacking }),
  };
  const report = (bundle: Bundle, path: string | null): PackReport => ({
    path,
    folder: project.folder,
    version: project.version?.version ?? null,
    bundle: factsOf(bundle),
    files: selection.files.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes })),
  });
  if (options.mode === 'list') {
    const bundle = await packSelection(selection, { ...request, outputPath: null }, host);
    return { report: report(bundle, null), selection, bundle };
  }
  if (options.output === '-') {
    const { bundle, bytes } = await packToBytes(selection, request, host);
    return { report: report(bundle, null), selection, bundle, bytes };
  }
  const path = resolve(host.cwd, options.output ?? archiveName(project, options.slug));
  const bundle = await packToPath(selection, { ...request, path }, host);
  return { report: report(bundle, path), selection, bundle };
}

type Request = Omit<Parameters<typeof packSelection>[1], 'outputPath'>;

/** Nothing goes to stdout before the whole archive was packed and checked. */
async function packToBytes(
  selection: Selection,
  request: Request,
  host: Host,
): Promise<{ bundle: Bundle; bytes: AsyncIterable<Uint8Array> }> {
  const archive = await temporaryArchive(host);
  try {
    const bundle = await packSelection(selection, { ...request, outputPath: archive.path }, host);
    return { bundle, bytes: drain(archive) };
  } catch (thrown) {
    await archive.remove();
    throw thrown;
  }
}

async function* drain(archive: TemporaryArchive): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(archive.path);
  } finally {
    await archive.remove();
  }
}

/** Written beside its place and renamed, so that a reader never sees half an archive. */
async function packToPath(
  selection: Selection,
  request: Request & { path: string },
  host: Host,
): Promise<Bundle> {
  const place = await placeOf(request.path);
  await refuseInside(selection.folder, place);
  const suffix = `${host.clock.now().toString(36)}${host.clock.random().toString(36).slice(2)}`;
  const outputPath = join(dirname(place), `.lumio-${suffix}.partial`);
  const forget = host.onExit(() => rmSync(outputPath, { force: true }));
  try {
    const bundle = await packSelection(selection, { ...request, outputPath }, host);
    await rename(outputPath, place);
    return bundle;
  } catch (thrown) {
    throw unwritable(thrown, request.path);
  } finally {
    // What went wrong is told already; that a piece can't be removed either must not take its place.
    await rm(outputPath, { force: true }).catch(() => undefined);
    forget();
  }
}

/** Where a path leads: a link stays a link, and nothing but a regular file is ever replaced. */
async function placeOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (found.isFile()) return await realpath(path);
    if (found.isDirectory())
      throw refusal(
        `The archive can't be written to ${path}: it is a folder.`,
        'Name a file in it with --output.',
      );
    throw refusal(
      `The archive can't be written to ${path}: it is no regular file, and is not replaced by one.`,
      'Send the archive there through stdout: -o - with a redirection.',
    );
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return path;
    throw unwritable(thrown, path);
  }
}

/** An archive in the folder that it is made of would be packed into the next one, and deployed. */
async function refuseInside(folder: string, place: string): Promise<void> {
  // A folder that is missing is told by the writing.
  const parent = await realpath(dirname(place)).catch(() => undefined);
  if (parent === undefined) return;
  if (!isInside(parent, await realpath(folder))) return;
  throw new LumioError('refused', {
    code: 'output_in_folder',
    message: `The archive ${place} would lie in ${folder}, the folder that is packed, and be packed itself the next time.`,
    hint: 'Give a place outside of that folder with --output.',
  });
}

function unwritable(thrown: unknown, path: string): unknown {
  const isOfOutput = thrown instanceof LumioError && thrown.problem.code === 'output_unwritable';
  const code = systemCode(isOfOutput ? thrown.cause : thrown);
  if ((thrown instanceof LumioError && !isOfOutput) || code === undefined) return thrown;
  return refusal(
    `The archive can't be written to ${path} (${code}).`,
    'Check that the folder exists, can be written to and has room, or give another place with --output.',
    thrown,
  );
}

function refusal(message: string, hint: string, cause?: unknown): LumioError {
  return new LumioError('refused', { code: 'output_unwritable', message, hint, cause });
}
