/** Values that must never leak, and how to find them in output. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Sixteen letters that occur nowhere else. */
const letters = 'qXwZkVjPyHuNbGtR';

export const canaryKey = `lm_dev_${letters}9f3c7a51e0b8d264${letters.toLowerCase()}77`;

export const canarySecrets = {
  plain: `sk_live_${letters}_0123456789`,
  lines:
    `-----BEGIN ${letters}-----\nMIIBVgIBADANBgkqh${letters}AQEFAASC\n` +
    `AUAwggE8AgEAAkEAq7${letters}BFeLKNHW\n-----END-----\n`,
  json: `{"${letters}":"a\\"b","tab":"\t${letters}","line":"\u2028${letters}"}`,
} as const;

/** Any part of this length reveals too much. */
const telling = 12;

/** Canaries as they are, and as escapes, URLs, headers and base64 have them. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const based = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...based,
    ...based.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

const pieces = new Set(
  [canaryKey, ...Object.values(canarySecrets)]
    .flatMap(formsOf)
    .flatMap((form) =>
      Array.from({ length: form.length - telling + 1 }, (_, at) => form.slice(at, at + telling)),
    ),
);

/** The first part of a canary in a string with its context; undefined if there is none. */
export function canaryIn(text: string): string | undefined {
  for (let at = 0; at + telling <= text.length; at += 1) {
    if (pieces.has(text.slice(at, at + telling))) return text.slice(Math.max(0, at - 60), at + 80);
  }
  return undefined;
}

/** `path: part` for each file below a directory with a part of a canary in its content or name. */
export async function canariesBelow(
  directory: string,
  except: readonly string[] = [],
): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      if (except.includes(entry.name)) return [];
      const part =
        canaryIn(entry.name) ??
        (entry.isFile() ? canaryIn(await readFile(path, 'latin1')) : undefined);
      return part === undefined ? [] : [`${path}: ${part}`];
    }),
  );
  return found.flat();
}
