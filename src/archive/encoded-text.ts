/** Finds text of a file in UTF-16, and in the escapes of URLs, programs and pages. */

export interface DecodedPart {
  readonly bytes: Buffer;
  /** Whether the part begins and ends with the bytes that it is from. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
  /** @returns an offset in the line that has this offset in `bytes` */
  readonly offsetOf: (at: number) => number;
}

/** Of the characters in tokens and URLs; a slash only between such characters. */
const escapes =
  /%(?:25)*([2-7][0-9a-f])|\\(?<!\\\\)\\*(?:x|u00|u\{0{0,4})([2-7][0-9a-f])\}?|\\(?<=[\w+:/]\\)\\*(\/)(?=[\w+/\\])|&#(?:x0{0,4}([2-7][0-9a-f])|0{0,4}(\d{2,3}));/gi;

/** `%`, a backslash and `&#`: searching for them first is much faster, and many files have none. */
const escapeStarts = [0x25, 0x5c, Buffer.from('&#')];

/** Longer than a token that contains escapes, or that begins behind one. */
const reachBytes = 500;
const maxPartBytes = 32 * 1024;

/** @yields the letters of UTF-16 text, or the surroundings of escapes, decoded */
export function* decodedParts(bytes: Buffer): Generator<DecodedPart, void, undefined> {
  const parity = utf16Parity(bytes);
  if (parity !== undefined) {
    const letters = Buffer.from(bytes.filter((_byte, index) => index % 2 === parity));
    yield { bytes: letters, isStart: true, isEnd: true, offsetOf: (at) => 2 * at };
    return;
  }
  if (!escapeStarts.some((first) => bytes.includes(first))) return;
  const text = bytes.toString('latin1');
  let [start, end] = [0, 0];
  for (const { index, 0: escape } of text.matchAll(escapes)) {
    const isApart = index - reachBytes > Math.min(end, start + maxPartBytes);
    if (isApart && end > 0) yield unescaped(text, start, end);
    if (isApart) start = index - reachBytes;
    end = index + escape.length + reachBytes;
  }
  if (end > 0) yield unescaped(text, start, end);
}

function unescaped(text: string, start: number, end: number): DecodedPart {
  const part = text.slice(start, end);
  const decoded = part.replaceAll(escapes, (_, ...groups: (string | undefined)[]) => {
    const [url, program, slash, page, decimal] = groups;
    const hex = url ?? program ?? page;
    return slash ?? String.fromCharCode(Number(hex === undefined ? decimal : `0x${hex}`));
  });
  return {
    bytes: Buffer.from(decoded, 'latin1'),
    isStart: start === 0,
    isEnd: end >= text.length,
    offsetOf(at) {
      const lines = decoded.slice(0, at).split('\n').slice(1);
      return start + lines.reduce((offset) => part.indexOf('\n', offset) + 1, 0);
    },
  };
}

/** Which bytes of UTF-16 text carry its ASCII letters, even ones or odd ones. */
function utf16Parity(bytes: Buffer): 0 | 1 | undefined {
  const nuls = [0, 0];
  const sample = Math.min(bytes.length, 64);
  for (let at = 0; at < sample; at += 1)
    if (bytes[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (odd * 4 > sample && even === 0) return 0;
  return even * 4 > sample && odd === 0 ? 1 : undefined;
}
