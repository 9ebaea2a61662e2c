/** What deploy's options come to: contradictions refused, names read. */
import { LumioError } from '../errors.ts';
import type { BumpKind } from '../project/version.ts';

/** `[dir]` or its alias `--outdir`. @throws LumioError usage when both are given and differ */
export function oneFolder(dir: string | undefined, outdir: string | undefined): string | undefined {
  if (dir !== undefined && outdir !== undefined && dir !== outdir) throw conflicting('The folder is given twice: as an argument and by --outdir.');
  return dir ?? outdir;
}

/** `--bump`, unless `--version` contradicts it. @throws LumioError usage when both are given */
export function oneVersion(version: string | undefined, bump: BumpKind | undefined): BumpKind | undefined {
  if (version !== undefined && bump !== undefined) throw conflicting('The version is given twice: by --version and by --bump.');
  return bump;
}

function conflicting(message: string): LumioError {
  return new LumioError('usage', { code: 'conflicting_options', message, hint: 'Give it in one way.' });
}

/** The text when it may be a slug (lowercase letters, digits, hyphens), so that it can stand in a file's name. */
export function slugOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9-]+$/.test(text) ? text : undefined;
}
