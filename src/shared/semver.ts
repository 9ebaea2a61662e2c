/** Semantic Versioning 2.0.0. */

/** The expression that https://semver.org suggests. */
const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/u;

/** Whether the text is a version: no leading `v`, no spaces, with or without build metadata. */
export function isSemver(text: string): boolean {
  return pattern.test(text);
}

/** Without spaces and the `v` of a tag, as servers may list it. */
export function bareVersion(text: string): string {
  return text.trim().replace(/^v/i, '');
}

/**
 * Whether a server can have made the listed version from the sent one. It may drop build metadata,
 * which has no precedence (section 10), decode its plus sign, and change the case.
 */
export function isSameVersion(listed: string, sent: string): boolean {
  const bare = bareVersion(listed).replace(' ', '+').toLowerCase();
  const whole = sent.toLowerCase();
  return bare === whole || bare === whole.split('+', 1)[0];
}
