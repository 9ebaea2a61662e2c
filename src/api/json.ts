/** JSON from outside. */

/** Deeper documents would overflow the stack of whatever walks through them. */
const maxDepth = 1000;
const depthChanges: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length && depth <= maxDepth; at += 1) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (isInString && character === '\\') at += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString) depth += depthChanges[character] ?? 0;
  }
  return depth > maxDepth;
}

/** @returns undefined for invalid JSON and for more than a thousand levels */
export function parseJson(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
