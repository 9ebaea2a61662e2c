/** What deploy's options come to: contradictions refused, names read. */
import { LumioError } from '../errors.ts';
import type { BumpKind } from '../project/version.ts';

/** `--bump`, unless `--version` contradicts it. @throws LumioError usage when both are given */
export function oneVersion(
  version: string | undefined,
  bump: BumpKind | undefined,
): BumpKind | undefined {
  if (version !== undefined && bump !== undefined)
    throw conflicting('The version is given twice: by --version and by --bump.');
  return bump;
}

/** Several folders are several extensions. @throws LumioError usage when one extension is named for all of them */
export function checkSeveral(
  extension: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const named =
    extension === undefined ? env['LUMIO_EXTENSION']?.trim() && 'LUMIO_EXTENSION' : '--extension';
  if (named === undefined || named === '') return;
  throw new LumioError('usage', {
    code: 'conflicting_options',
    message: `${named} names one extension, and several folders are given.`,
    hint: 'Each folder is deployed to the extension of its own lumio.config.json. Leave it out, or give one folder.',
  });
}

function conflicting(message: string): LumioError {
  return new LumioError('usage', {
    code: 'conflicting_options',
    message,
    hint: 'Give it in one way.',
  });
}

/** The text when it may be a slug (lowercase letters, digits, hyphens), so that it can stand in a file's name. */
export function slugOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9-]+$/.test(text) ? text : undefined;
}
