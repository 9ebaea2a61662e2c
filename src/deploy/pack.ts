/** `pack`: the very archive that deploy would upload, as a file, as bytes, or only listed. */
import { rename, rm } from 'node:fs/promises';
import { createReadStream, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Bundle } from '../bundle/archive.ts';
import type { Selection } from '../bundle/select.ts';
import type { Host } from '../host.ts';
import { LumioError, systemCode } from '../errors.ts';
import { type BundleFacts, factsOf } from './deploy.ts';
import { type LocalRequest, archiveName, findProject, packSelection, selectProject, type TemporaryArchive, temporaryArchive } from './local.ts';

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
  const request = { allow: options.allow, ...(options.onPacking === undefined ? {} : { onProgress: options.onPacking }) };
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
async function packToBytes(selection: Selection, request: Request, host: Host): Promise<{ bundle: Bundle; bytes: AsyncIterable<Uint8Array> }> {
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
async function packToPath(selection: Selection, request: Request & { path: string }, host: Host): Promise<Bundle> {
  const outputPath = `${request.path}.${host.clock.now().toString(36)}.partial`;
  const forget = host.onExit(() => rmSync(outputPath, { force: true }));
  try {
    const bundle = await packSelection(selection, { ...request, outputPath }, host);
    await rename(outputPath, request.path);
    return bundle;
  } catch (thrown) {
    throw unwritable(thrown, request.path);
  } finally {
    await rm(outputPath, { force: true });
    forget();
  }
}

function unwritable(thrown: unknown, path: string): unknown {
  const code = systemCode(thrown);
  if (thrown instanceof LumioError || code === undefined) return thrown;
  return new LumioError('refused', {
    code: 'output_not_writable',
    message: `The archive can't be written to ${path} (${code}).`,
    hint: 'Give another place with --output.',
    cause: thrown,
  });
}
