/** Semantic Versioning 2.0.0. */

/** The expression that https://semver.org suggests. */
const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/u;

/** Whether the text is a version: no leading `v`, no spaces, with or without build metadata. */
export function isSemver(text: string): boolean {
  return pattern.test(text);
}
