/** Checks the headers that change the tar entry after them: pax (POSIX.1-2001) and GNU long names. */
import { isUtf8 } from 'node:buffer';
import { archiveError } from './gunzip.ts';

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
 * Refuses what programs read in different ways: the archive could contain other files for the
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
      // tar's parser reads line by line, and would take such a line for a record.
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
