/**
 * What an archive may contain: paths that stay inside and don't clash, and headers that change the
 * next entry (pax of POSIX.1-2001, GNU long names) only where all programs agree.
 */
import { isUtf8 } from 'node:buffer';
import { archiveError } from './gzip.ts';

/** `PATH_MAX` of Linux. */
const maxPathCharacters = 4096;

/**
 * Removes `.` and empty segments, as unpacking programs do; `tar -C dist .` writes some.
 * @throws LumioError unless the path stays inside any directory
 */
export function safePath(path: string): string {
  if (path.length > maxPathCharacters)
    throw archiveError(
      'archive_path_unsafe',
      `contains a path of more than ${maxPathCharacters} characters ` +
        `(${JSON.stringify(path.slice(0, 100))}…)`,
    );
  if (path.includes('\ufffd'))
    throw archiveError(
      'archive_name_not_utf8',
      `contains ${JSON.stringify(path)}, a name that isn't valid UTF-8`,
    );
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const isUnsafe =
    // oxlint-disable-next-line no-control-regex -- matches control characters
    /^\/|[\\\u0000-\u001f\u007f]/.test(path) ||
    /^[A-Za-z]:/.test(segments[0] ?? '') ||
    segments.includes('..');
  if (isUnsafe)
    throw archiveError(
      'archive_path_unsafe',
      `contains ${JSON.stringify(path)}, a path that is absolute, ` +
        "leaves its directory or isn't portable",
    );
  return segments.join('/');
}

export class EntryPaths {
  readonly #kinds = new Map<string, 'file' | 'directory'>();

  /** Includes directories that appear only in paths. */
  get count(): number {
    return this.#kinds.size;
  }

  /** Adds the directories above as well, up to the first one that is known. */
  add(path: string, kind: 'file' | 'directory'): void {
    const known = this.#kinds.get(path);
    if (known === 'file' && kind === 'file')
      throw archiveError('archive_duplicate_path', `contains ${JSON.stringify(path)} twice`);
    if (path === '' || known === kind) return;
    if (known !== undefined) throw clash(path);
    this.#kinds.set(path, kind);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, end);
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

/** No path is that long; a larger header is an attack on memory. */
export const maxExtendedHeaderBytes = 1024 * 1024;

const extendedTypes: ReadonlySet<string> = new Set([
  'ExtendedHeader',
  'OldExtendedHeader',
  'GlobalExtendedHeader',
  'NextFileHasLongPath',
  'NextFileHasLongLinkpath',
  'OldGnuLongPath',
]);

export function isExtendedHeader(type: string): boolean {
  return extendedTypes.has(type);
}

/**
 * Refuses what programs interpret differently: the archive could contain other files for the
 * server than for this check.
 * @throws LumioError `archive_pax_unsupported`, `archive_corrupt`
 */
export function checkExtendedHeader(type: string, content: Buffer): void {
  if (!type.endsWith('ExtendedHeader')) return;
  for (const { key, value } of paxRecords(content)) {
    const text = value.toString('latin1');
    const isUnsupported =
      key.startsWith('GNU.sparse.') ||
      (type === 'GlobalExtendedHeader' && ['path', 'linkpath', 'size'].includes(key)) ||
      (key === 'path' && (/[\n\0]/.test(text) || !isUtf8(value))) ||
      (key === 'size' && !/^\d{1,15}$/.test(text)) ||
      // tar's parser reads line by line, and would read such a line as a record.
      /\n\d+ /.test(text);
    if (isUnsupported)
      throw archiveError(
        'archive_pax_unsupported',
        `contains a pax header that lumio doesn't support (${JSON.stringify(key.slice(0, 100))})`,
      );
  }
}

/** Records have the form `<length> <key>=<value>\n`, where the length counts itself. */
function* paxRecords(content: Buffer): Generator<{ key: string; value: Buffer }> {
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(' ', at);
    const digits = content.toString('latin1', at, Math.min(space, at + 8));
    const end = at + Number(digits);
    const equals = content.indexOf('=', space);
    const isRecord =
      /^\d{1,7}$/.test(digits) && equals > space && equals < end && content[end - 1] === 0x0a;
    if (!isRecord) throw archiveError('archive_corrupt', 'contains a malformed pax header');
    yield {
      key: content.toString('utf8', space + 1, equals),
      value: content.subarray(equals + 1, end - 1),
    };
    at = end;
  }
}
