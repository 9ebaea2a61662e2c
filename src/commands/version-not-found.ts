/** The error for a version that an extension does not have. */
import { LumioError } from '../errors.ts';

export function versionNotFound(versions: readonly { version: string }[], wanted: string, target: { id: string; slug: string | undefined }): LumioError {
  const name = target.slug ?? target.id;
  return new LumioError('not_found', {
    code: 'version_not_found',
    message: `${name} has no version "${wanted}".`,
    hint: versions.length === 0 ? 'It has no versions yet.' : `It has: ${versions.map((entry) => entry.version).join(', ')}.`,
    next: `lumio versions list -e ${name}`,
  });
}
