/**
 * Makes text from elsewhere (servers, files) harmless: nothing that moves the cursor, recolours, hides or reorders what stands beside it.
 * Pure; loads nothing.
 */

const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);

/** Patterns that are made at the first text that needs them: on the way of every start they would cost more than reading the command line. */
interface Patterns {
  readonly sequences: RegExp;
  readonly removed: RegExp;
  readonly unsafeInJson: RegExp;
}
let patterns: Patterns | undefined;

/** ECMA-48 control strings (OSC with its links, DCS, SOS, PM, APC) up to their end, control sequences, and escapes of two characters. */
function sequencePattern(): RegExp {
  const strings = String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^${bell}${escape}\u0080-\u009F]*(?:${bell}|${escape}\\|\u009C)`;
  const controls = String.raw`(?:${escape}\[|\u009B)[0-?]*[ -/]*[@-~]`;
  return new RegExp([strings, controls, `${escape}[ -/]*[0-~]`].join('|'), 'g');
}

/**
 * Characters that take no room and mislead the reader: bidi controls, zero-width spaces, soft hyphens, tags.
 * The zero-width joiners U+200C and U+200D stay: Persian, Hindi and many emoji are spelled with them.
 */
const invisible = String.raw`\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}`;

function patternsOf(): Patterns {
  patterns ??= {
    sequences: sequencePattern(),
    removed: new RegExp(String.raw`[\p{Cc}${invisible}]`, 'gu'),
    unsafeInJson: new RegExp(String.raw`(?!\n)[\p{Cc}${invisible}\u2028\u2029]`, 'gu'),
  };
  return patterns;
}

const lineBreaks = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
const plainAscii = /^[ -~]*$/;

/**
 * One line of text that is safe on a terminal and in a tab-separated row: tabs and line breaks become spaces, control characters,
 * whole ANSI sequences and invisible or reordering characters go, halves of surrogate pairs become U+FFFD.
 */
export function printable(text: string): string {
  if (plainAscii.test(text)) return text;
  const { sequences, removed } = patternsOf();
  return text
    .replace(sequences, '')
    .replace(lineBreaks, ' ')
    .replace(removed, '')
    .replaceAll(/\p{Cs}/gu, '\uFFFD');
}

/** {@link printable}, with line feeds and tabs kept. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

/** Writes what {@link printable} would take out as `\uXXXX`, so that JSON text stays the same data and is safe to look at. */
export function escapeForJson(json: string): string {
  return plainAscii.test(json)
    ? json
    : json.replace(patternsOf().unsafeInJson, (character) =>
        character.replaceAll(/[^]/g, codeUnit),
      );
}

function codeUnit(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
