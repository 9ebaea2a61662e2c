import { LumioError } from '../errors.ts';

/** @param message the end of a sentence that begins with "The archive" */
export function archiveError(code: string, message: string, cause?: unknown): LumioError {
  return new LumioError('refused', {
    code,
    message: `The archive ${message}.`,
    hint: 'Make it with lumio pack, or with tar czf from the files of the built folder.',
    cause,
  });
}
