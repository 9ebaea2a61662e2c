/** What a version may be. The only importer of semver in the sandbox. */
import { valid } from 'semver';

/** Whether the text is a version by semver 2.0.0, as it stands: no `v`, no blanks. Build metadata is part of it. */
export function isSemver(text: string): boolean {
  return /^\d\S*$/u.test(text) && valid(text) !== null;
}
