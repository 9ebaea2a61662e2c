/** What a version may be. */

/** The expression that https://semver.org (2.0.0) suggests for checking a version. */
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/u;

/** Whether the text is a version by semver 2.0.0, as it stands: no `v`, no blanks. Build metadata is part of it. */
export function isSemver(text: string): boolean {
  return semver.test(text);
}
