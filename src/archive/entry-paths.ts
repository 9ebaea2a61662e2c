/** The paths in an archive: each stays inside, and no two of them clash. */
import { archiveError } from './gunzip.ts';

/** `PATH_MAX` of Linux. */
const maxPathCharacters = 4096;

/** Removes the `./` that `tar -C dist .` writes. @throws unless it stays inside any directory */
export function safePath(path: string): string {
  if (path.length > maxPathCharacters)
    throw archiveError(
      'archive_path_unsafe',
      `contains a path of more than ${maxPathCharacters} characters (${JSON.stringify(path.slice(0, 100))}…)`,
    );
  if (path.includes('\ufffd'))
    throw archiveError(
      'archive_name_not_utf8',
      `contains ${JSON.stringify(path)}, a name that is not valid UTF-8`,
    );
  const relative = path.replace(/^(?:\.\/+)+|^\.$/, '');
  const isUnsafe =
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /^(?:\/|[A-Za-z]:)|[\\\u0000-\u001f\u007f]/.test(relative) ||
    relative.split('/').includes('..');
  if (isUnsafe)
    throw archiveError(
      'archive_path_unsafe',
      `contains ${JSON.stringify(path)}, a path that is absolute, leaves its directory or isn't portable`,
    );
  return relative;
}

export class EntryPaths {
  readonly #kinds = new Map<string, 'file' | 'directory'>();

  /** Also counts directories that only a path mentions. */
  get count(): number {
    return this.#kinds.size;
  }

  /** Adds the directories above as well, up to the first one that is known. */
  add(path: string, kind: 'file' | 'directory'): void {
    const own = path.replace(/\/+$/, '');
    const known = this.#kinds.get(own);
    if (known === 'file' && kind === 'file')
      throw archiveError('archive_duplicate_path', `contains ${JSON.stringify(own)} twice`);
    if (own === '' || known === kind) return;
    if (known !== undefined) throw clash(own);
    this.#kinds.set(own, kind);
    for (let end = own.lastIndexOf('/'); end > 0; end = own.lastIndexOf('/', end - 1)) {
      const above = own.slice(0, end);
      if (this.#kinds.get(above) === 'file') throw clash(above);
      if (this.#kinds.has(above)) break;
      this.#kinds.set(above, 'directory');
    }
  }
}

function clash(path: string): Error {
  return archiveError(
    'archive_path_clash',
    `contains ${JSON.stringify(path)} both as a file and as a directory`,
  );
}
