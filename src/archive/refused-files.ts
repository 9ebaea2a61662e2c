/** Entries of a directory that can't be packed, reported in one error. */
import type { Dirent, Stats } from 'node:fs';
import { LumioError } from '../errors.ts';

export interface RefusedFile {
  /** Relative to the packed directory, `/` separated; empty for that directory itself. */
  readonly path: string;
  readonly code: string;
  /** The predicate of a sentence whose subject is the path. */
  readonly message: string;
}

const hints: Readonly<Record<string, string>> = {
  link_leaves_directory: 'Copy its target into the directory, or exclude the link in .lumioignore.',
  link_dangling: 'Remove the link, or exclude it in .lumioignore.',
  link_loop: 'Remove the link, or exclude it in .lumioignore.',
  too_many_links: 'Remove links, or exclude them in .lumioignore.',
  too_many_files: 'Exclude files in .lumioignore.',
  special_file: 'Remove it, or exclude it in .lumioignore.',
  directory_unreadable: 'Make it readable for the current user.',
  file_unreadable: 'Make it readable, or exclude it in .lumioignore.',
  file_changed: 'Wait until the build has finished, then try again.',
};

/** More aren't in `details.refusals`. */
const maxRefusals = 100;

export function refuse(
  directory: string,
  refusals: readonly [RefusedFile, ...RefusedFile[]],
  hint?: string,
): LumioError {
  const [first, ...others] = refusals;
  const where =
    first.path === '' ? `The directory ${directory}` : `${quote(first.path)} in ${directory}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more can't be packed)`;
  return new LumioError('refused', {
    code: first.code,
    message: `${where} ${first.message}${more}.`,
    hint: hint ?? hints[first.code] ?? 'Rename it, or exclude it in .lumioignore.',
    details: { refusals: refusals.slice(0, maxRefusals) },
  });
}

export function nameClash(path: string, other: string): RefusedFile {
  const message = `and ${quote(other)} are the same file on Windows and macOS`;
  return { path, code: 'name_clash', message };
}

/** Two of these show that a directory isn't a build's output. */
const sourceMarker =
  /^(?:package\.json|tsconfig\.json|(?:\.github|src)\/.*|(?:astro|next|nuxt|rollup|rspack|svelte|tsup|vite|webpack)\.config\.[cm]?[jt]s)$/s;

/** @param isAllowed called only for a directory that looks unbuilt */
export function refuseSources(
  directory: string,
  files: readonly { readonly path: string }[],
  isAllowed: () => boolean,
): void {
  const markers = files.filter(({ path }) => sourceMarker.test(path));
  const [first, second] = new Set(markers.map(({ path }) => path.split('/', 1)[0]));
  if (first === undefined || second === undefined || isAllowed()) return;
  throw new LumioError('refused', {
    code: 'unbuilt_source',
    message: `${directory} contains ${first} and ${second}, so it looks like unbuilt sources.`,
    hint: 'Build the extension and specify the built directory. To pack it anyway: --allow source.',
  });
}

/** Describes an entry that is neither a file nor a directory. */
export function kindOf(entry: Dirent | Stats): string {
  if (entry.isFIFO()) return 'a FIFO (named pipe)';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}

/** Quotes a path, and escapes what could control a terminal or hide characters. */
export function quote(path: string): string {
  return JSON.stringify(path).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
