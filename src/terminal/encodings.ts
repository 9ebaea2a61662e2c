/** The encodings of a secret: base64, hex, and any mix of JSON, URL and HTML escapes. */
import { Buffer } from 'node:buffer';

export interface Reading {
  /** A code point; `' '` for whitespace, `''` for what a reader doesn't see. */
  readonly char: string;
  readonly end: number;
}

/** Compiled on first use, which saves half a millisecond at start. */
let invisible: RegExp | undefined;
/** ECMA-48 control sequences, such as colors. */
const color = new RegExp(String.raw`\u001B\[[0-?]{0,40}[@-~]`, 'y');

/** The visible form of a character: line breaks, blanks and the `+` of forms are equal. */
export function visibleForm(char: string): string {
  if (char === '+') return ' ';
  if (char > ' ' && char < '\u007F') return char;
  if (/^\s$/.test(char)) return ' ';
  if (!char.isWellFormed()) return '\uFFFD';
  invisible ??= new RegExp(String.raw`^[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]$`, 'u');
  return invisible.test(char) ? '' : char;
}

/** Every way to read the character at `at`: as it is, and decoded once or completely. */
function readingsAt(text: string, at: number, depth = 0): Reading[] {
  const unit = text.charAt(at);
  const char = unit < '\uD800' ? unit : String.fromCodePoint(text.codePointAt(at) ?? 0);
  const plain = { char: visibleForm(char), end: at + char.length };
  switch (char) {
    case '%':
      return [plain, ...withEscapes(text, percentAt(text, at), depth)];
    case '&':
      return [plain, ...withEscapes(text, entityAt(text, at), depth)];
    case '\\':
      return backslashAt(text, at, depth);
    case '\u001B':
      return [{ char: '', end: endOf(color, text, at) ?? at + 1 }];
    default:
      return [plain];
  }
}

/** A backslash that is itself encoded, as in JSON in a URL. */
function withEscapes(text: string, readings: Reading[], depth: number): Reading[] {
  const behind = readings.filter(({ char }) => char === '\\').map(({ end }) => end);
  return [...readings, ...behind.flatMap((end) => escapedAt(text, end, depth + 1))];
}

/** Characters that may separate two characters of a secret, besides invisible ones. */
export type Gap = '' | ' ' | ' :';

/** Text that remembers where gaps end, so that no search reads a long gap twice. */
export class EncodedText {
  readonly text: string;
  readonly #gaps = new Map<Gap, Map<number, number>>();

  constructor(text: string) {
    this.text = text;
  }

  readingsAt(at: number): Reading[] {
    return at < this.text.length ? readingsAt(this.text, at) : [];
  }

  afterGap(start: number, gap: Gap): number {
    const ends = this.#gaps.get(gap) ?? new Map<number, number>();
    this.#gaps.set(gap, ends);
    const passed: number[] = [];
    let at = start;
    for (;;) {
      const known = ends.get(at);
      const next = known ?? this.readingsAt(at).find(({ char }) => gap.includes(char))?.end;
      if (next === undefined) break;
      passed.push(at);
      at = next;
    }
    for (const each of passed) ends.set(each, at);
    return at;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function decoded(code: number, end: number): Reading[] {
  return code <= 0x10_ff_ff ? [{ char: visibleForm(String.fromCodePoint(code)), end }] : [];
}

/** RFC 3986 2.1, applied up to four times, and the older `%uXXXX`. */
const percent = /%(?:25){0,3}(?:u([\da-f]{4})|([\da-f]{2}))/iy;
const utf8 = /(?:%(?:25){0,3}[\da-f]{2}){2,4}/iy;

function percentAt(text: string, at: number): Reading[] {
  const found = execAt(percent, text, at);
  if (found === null) return [];
  const code = Number.parseInt(found[1] ?? found[2] ?? '', 16);
  const readings = decoded(code, percent.lastIndex);
  for (let end = at + 3; end < percent.lastIndex && text.startsWith('25', end - 2); end += 2)
    readings.push({ char: '%', end });
  return found[1] === undefined ? [...readings, ...utf8At(text, at, code)] : readings;
}

/** @param first of the bytes, whose number depends on it */
function utf8At(text: string, at: number, first: number): Reading[] {
  const bytes = first < 0xc0 ? null : execAt(utf8, text, at);
  if (bytes === null) return [];
  const hex = bytes[0].replaceAll(/%(?:25)*/gi, '');
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const [char = ''] = Buffer.from(hex, 'hex').subarray(0, length).toString();
  const end = endOf(new RegExp(`(?:%(?:25){0,3}[\\da-f]{2}){${length}}`, 'iy'), text, at);
  return end === undefined ? [] : [{ char: visibleForm(char), end }];
}

const ampersand = /(?:amp|#0{0,8}38|#x0{0,8}26);/iy;
const entity =
  /&(?:(?:amp|#0{0,8}38|#x0{0,8}26);){0,3}(?:#0{0,8}(\d{1,7});?|#x0{0,8}([\da-f]{1,6});?|([a-z]{2,12});)/iy;
/** HTML character names for ASCII characters and their typographic variants. */
const named = new Map(
  (
    'amp& lt< gt> quot" apos\' nbsp  Tab\t NewLine\n excl! num# dollar$ percnt% lpar( rpar) ' +
    'ast* midast* plus+ comma, period. sol/ colon: semi; equals= quest? commat@ lsqb[ lbrack[ ' +
    'bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave` lcub{ lbrace{ verbar| vert| VerticalLine| ' +
    'rcub} rbrace} hyphen- dash- tilde~ hellip…'
  )
    .split(/ (?=[A-Za-z]{2})/)
    .map((entry): [string, string] => [entry.slice(0, -1).toLowerCase(), entry.slice(-1)]),
);

function entityAt(text: string, at: number): Reading[] {
  const found = execAt(entity, text, at);
  if (found === null) return [];
  const { lastIndex: end } = entity;
  const [, decimal, hex, name] = found;
  const readings: Reading[] = [];
  let next = endOf(ampersand, text, at + 1) ?? end;
  for (; next < end; next = endOf(ampersand, text, next) ?? end)
    readings.push({ char: '&', end: next });
  if (decimal !== undefined) return [...readings, ...decoded(Number.parseInt(decimal, 10), end)];
  if (hex !== undefined) return [...readings, ...decoded(Number.parseInt(hex, 16), end)];
  const char = named.get(name?.toLowerCase() ?? '');
  return char === undefined ? readings : [...readings, { char: visibleForm(char), end }];
}

const backslashes = /\\{1,64}/y;
const unicodeEscape =
  /u([\da-f]{4})(?:\\{1,8}u(d[c-f][\da-f]{2}))?|u\{([\da-f]{1,6})\}|x([\da-f]{2})/iy;

/** JSON, JavaScript and shell escapes, nested too: a run of backslashes counts as one. */
function backslashAt(text: string, at: number, depth: number): Reading[] {
  const run = endOf(backslashes, text, at) ?? at + 1;
  const readings = [{ char: '\\', end: run }];
  // The last of several may belong to what follows.
  if (run - at > 1) readings.push({ char: '\\', end: run - 1 });
  return [...readings, ...escapedAt(text, run, depth)];
}

const maxDepth = 4;

/** The character that a backslash escape stands for. */
function escapedAt(text: string, at: number, depth: number): Reading[] {
  if (at >= text.length || depth > maxDepth) return [];
  const found = execAt(unicodeEscape, text, at);
  if (found !== null) return unicodeReading(found, at);
  return readingsAt(text, at, depth + 1).flatMap(({ char, end }) => {
    if (/[nrtvf]/.test(char)) return [{ char: ' ', end }];
    return /[a-z\d]/i.test(char) ? [] : [{ char, end }];
  });
}

function unicodeReading(found: RegExpExecArray, at: number): Reading[] {
  const [whole, unit = '', low, point, byte] = found;
  if (low === undefined || !/^d[89ab]/i.test(unit)) {
    const code = Number.parseInt(point ?? byte ?? unit, 16);
    return decoded(code, low === undefined ? at + whole.length : at + 5);
  }
  const units = [unit, low].map((code) => Number.parseInt(code, 16));
  return [{ char: visibleForm(String.fromCharCode(...units)), end: at + whole.length }];
}

/**
 * RFC 4648: three bytes are four characters, so a value inside a longer text (`user:password`) has
 * three forms, without the characters that neighboring bytes share.
 */
export function base64Forms(value: string, minLength: number): Set<string> {
  const bytes = Buffer.from(value);
  const pieces = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const whole = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(Math.ceil((offset * 8) / 6), whole);
  });
  const long = pieces.filter((piece) => piece.length >= minLength);
  return new Set([
    ...long,
    ...long.map((piece) => piece.replaceAll('-', '+').replaceAll('_', '/')),
  ]);
}

/** In lower and in upper case. */
export function hexForms(value: string): readonly string[] {
  const hex = Buffer.from(value).toString('hex');
  return [hex, hex.toUpperCase()];
}
