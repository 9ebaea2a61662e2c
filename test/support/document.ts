/** JSON as commands print it. */

/**
 * The one document of a string.
 * @throws Error if it isn't exactly one document and a newline
 */
export function parseDocument(text: string): unknown {
  if (!/^[{["\w-]/.test(text) || !text.endsWith('\n'))
    throw new Error(`not exactly one JSON document and a newline: ${JSON.stringify(text)}`);
  return JSON.parse(text);
}

/** The value at a path in a document; undefined where the path leads nowhere. */
export function at(document: unknown, ...keys: readonly (string | number)[]): unknown {
  let value = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

/** Whether the document of an error reports something that was created, submitted or set. */
export function reportsEffect(document: unknown): boolean {
  const secrets = at(document, 'secrets');
  return (
    (at(document, 'version') !== undefined && at(document, 'error', 'code') !== 'version_exists') ||
    String(at(document, 'error', 'next')).startsWith('lumio init -e ') ||
    (Array.isArray(secrets) &&
      secrets.some((secret) => at(secret, 'outcome') === 'done' && at(secret, 'action') !== 'keep'))
  );
}

/** Whether the document of an error reports an effect, or that there may be one. */
export function mayReportEffect(document: unknown): boolean {
  return reportsEffect(document) || at(document, 'error', 'mayHaveTakenEffect') === true;
}
