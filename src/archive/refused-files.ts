/** What is refused in a folder: collected while it is walked, told in one error. */
import type { Dirent, Stats } from 'node:fs';
import { LumioError } from '../errors.ts';

export interface RefusedFile {
  /** Relative to the packed folder, `/` separated; empty for that folder itself. */
  readonly path: string;
  readonly code: string;
  /** The end of a sentence that begins with the path. */
  readonly message: string;
}

const hints: Readonly<Record<string, string>> = {
  link_leaves_folder: 'Copy what it points to into the folder, or name the link in .lumioignore.',
  link_dangling: 'Remove the link, or name it in .lumioignore.',
  link_loop: 'Remove the link, or name it in .lumioignore.',
  too_many_links: 'Remove some of the links, or name them in .lumioignore.',
  too_many_files: 'Name what is not needed in .lumioignore.',
  special_file: 'Remove it, or name it in .lumioignore.',
  folder_unreadable: 'Make it readable for this user.',
  file_unreadable: 'Make it readable, or name it in .lumioignore.',
  file_changed: 'Wait until the build has ended, then run the command again.',
};

/** More than this are neither told nor kept. */
const mostTold = 100;

export function refuse(
  folder: string,
  refusals: readonly [RefusedFile, ...RefusedFile[]],
): LumioError {
  const [first, ...others] = refusals;
  const more =
    others.length === 0 ? '' : ` (and ${others.length} more of its entries can't be packed)`;
  return new LumioError('refused', {
    code: first.code,
    message: `${first.path === '' ? `The folder ${folder}` : `${quote(first.path)} in ${folder}`} ${first.message}${more}.`,
    hint: hints[first.code] ?? 'Rename it, or name it in .lumioignore.',
    details: { refusals: refusals.slice(0, mostTold) },
  });
}

/** @param isAllowed asked only for a directory that looks unbuilt */
export function refuseSources(
  directory: string,
  files: readonly { readonly path: string }[],
  isAllowed: () => boolean,
): void {
  const isUnbuilt =
    files.some(({ path }) => path === 'package.json') &&
    files.some(({ path }) => path.startsWith('src/'));
  if (!isUnbuilt || isAllowed()) return;
  throw new LumioError('refused', {
    code: 'unbuilt_source',
    message: `${directory} contains package.json and src, so it looks like unbuilt sources.`,
    hint: 'Build the extension and specify the built directory. To pack it anyway: --allow source.',
  });
}

/** What something that is neither a file nor a folder is, for a message. */
export function kindOf(entry: Dirent | Stats): string {
  if (entry.isFIFO()) return 'a FIFO (named pipe)';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}

/** A path for a message: as it is, or with escapes where it holds something that a terminal should not get. */
export function quote(path: string): string {
  return JSON.stringify(path).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
