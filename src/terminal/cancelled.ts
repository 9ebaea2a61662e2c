/** The error of a question that got no answer. */
import { LumioError } from '../errors.ts';

/** Commands ask before they change anything. */
export function cancelled(cause?: unknown): LumioError {
  return new LumioError('interrupted', {
    code: 'cancelled',
    message: 'Cancelled: the question was not answered. Nothing was changed.',
    cause,
  });
}
