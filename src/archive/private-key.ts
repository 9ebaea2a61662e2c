/** Finds private keys in PEM (RFC 7468), OpenPGP armor, PuTTY files and JWK (RFC 7517). */

/** Maximum distance of the key from the marker, for PEM headers and string escapes. */
const maxWindowBytes = 1500;

const markers = ['PRIVATE', 'Private-Lines', 'kty'].map((text) => Buffer.from(text));

/** UTF-16 has a NUL between the letters, in either byte order. */
const wideMarker = Buffer.from('P\0R\0I\0V\0A\0T\0E');

const firstOfKty = 0x6b;

/** @yields the offset of each key */
export function* privateKeys(view: Buffer): Generator<number, void, undefined> {
  for (const marker of view.includes(0) ? [...markers, wideMarker] : markers) {
    let previous = 0;
    for (let at = view.indexOf(marker); at !== -1;) {
      const next = view.indexOf(marker, at + marker.length);
      // Ending at the next marker keeps the cost linear.
      const end = Math.min(next === -1 ? view.length : next, at + maxWindowBytes);
      const start = Math.max(previous, at - maxWindowBytes);
      if (isPrivateKey(view, { start, at, end })) yield at;
      previous = at + marker.length;
      at = next;
    }
  }
}

function isPrivateKey(view: Buffer, place: { start: number; at: number; end: number }): boolean {
  const { start, at, end } = place;
  if (view[at] === firstOfKty) return isPrivateJwk(view.toString('latin1', start, end));
  const raw = view.toString('latin1', Math.max(0, at - 100), end);
  if (!/B\0?E\0?G\0?I\0?N|Private-Lines/.test(raw)) return false;
  const text = unescape(raw);
  const header =
    /-{4,5} ?BEGIN[ +][A-Z0-9 +]{0,26}PRIVATE[ +]KEY(?:[ +]BLOCK)? ?-{4,5}|Private-Lines: \d+\s/.exec(
      text,
    );
  return header !== null && looksLikeKey(text.slice(header.index + header[0].length));
}

/**
 * Decodes the escapes of strings, URLs and pages, which restores the lines of the key.
 * A program may nest strings, which doubles backslashes.
 */
function unescape(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll(/<br[\s/]*>|&(?:NewLine|nbsp);|\\+0?1[25]|\\+[rnt]/gi, '\n')
    .replaceAll(
      /(?:%|\\+x|\\+u00|&#x0{0,4})([0-9a-f]{2});?|&#(\d{2,3});/gi,
      (_escape, hex: string | undefined, decimal: string | undefined) =>
        String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll(/\\+\//g, '/');
}

/** Lines such as `Proc-Type: 4,ENCRYPTED` or `Version: GnuPG v2` before the key. */
const pemHeaders = /(?:[^A-Za-z0-9]{0,80}[A-Za-z-]{3,20}: [^\n]{1,100}\n){0,5}/y;

/** Between lines are quotes, operators, comment markers and blanks. */
const keyLine = /[^A-Za-z0-9]{0,80}([A-Za-z0-9+/=]{12,})/y;

/** Libraries contain the bare markers, which aren't secrets: a key follows them directly. */
function looksLikeKey(text: string): boolean {
  pemHeaders.lastIndex = 0;
  pemHeaders.exec(text);
  keyLine.lastIndex = pemHeaders.lastIndex;
  let key = '';
  while (key.length < 40) {
    const line = keyLine.exec(text);
    if (line === null) return false;
    key += line[1] ?? '';
  }
  return new Set(key.slice(0, 64)).size >= 10 && /\d/.test(key) && /[A-Z]/.test(key);
}

/** A JSON Web Key with the private exponent or scalar `d`. */
function isPrivateJwk(text: string): boolean {
  return /"kty\\*"\s*:\s*\\*"(?:RSA|EC|OKP)/.test(text) && /"d\\*"\s*:\s*\\*"[\w-]{40,}/.test(text);
}
