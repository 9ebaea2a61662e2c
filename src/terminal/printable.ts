/** Makes untrusted text safe: nothing in it moves the cursor, or colors, hides or reorders text. */

const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);

/** Compiled on first use: that costs more than parsing the command line. */
interface Patterns {
  readonly sequences: RegExp;
  readonly removed: RegExp;
  readonly unsafeInJson: RegExp;
}
let patterns: Patterns | undefined;

/**
 * ECMA-48 control strings (OSC with its links, DCS, SOS, PM, APC) up to their end, control
 * sequences, and escapes of two characters.
 */
function sequencePattern(): RegExp {
  const strings = String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^${bell}${escape}\u0080-\u009F]*(?:${bell}|${escape}\\|\u009C)`;
  const controls = String.raw`(?:${escape}\[|\u009B)[0-?]*[ -/]*[@-~]`;
  return new RegExp([strings, controls, `${escape}[ -/]*[0-~]`].join('|'), 'g');
}

/**
 * Bidi controls, zero-width spaces, fillers, soft hyphens, tags. The joiners U+200C and U+200D are
 * kept: Persian, Hindi and many emoji are spelled with them.
 */
const invisible = String.raw`\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}`;

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
 * One line that is safe in a terminal and in a tab-separated row: line breaks and tabs become
 * spaces, control sequences and invisible characters go, lone surrogates become U+FFFD.
 */
export function printable(text: string): string {
  if (plainAscii.test(text)) return text;
  const { sequences, removed } = patternsOf();
  return text.replace(sequences, '').replace(lineBreaks, ' ').replace(removed, '').toWellFormed();
}

/** One line that is safe to print, cut to `length`: for server text in a message. */
export function excerpt(text: string, length: number): string {
  const characters = Array.from(printable(text).replaceAll(/\s+/g, ' ').trim());
  return characters.length > length
    ? `${characters.slice(0, length).join('')}…`
    : characters.join('');
}

/** A name in which every character that {@link printable} would remove is shown as an escape. */
export function visibleName(name: string): string {
  return name.replace(patternsOf().removed, (character) => character.replaceAll(/[^]/g, codeUnit));
}

/** {@link printable}, with line feeds and tabs kept. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

const hashCommand = /##(?=(?:vso|teamcity)?\[)/g;

/**
 * Breaks what CI runners read as a command. GitHub Actions: `::` at the start of a line, `##[`
 * anywhere (docs.github.com: Workflow commands). Azure Pipelines: `##vso[`. TeamCity: `##teamcity[`.
 */
export function neutralizeCommands(text: string, isRunner: boolean): string {
  return isRunner
    ? text.replaceAll(/^([^\S\r\n]*):(?=:)/gm, '$1: ').replaceAll(hashCommand, '# #')
    : text;
}

/** Escapes what {@link printable} would remove, and `##[`: the same data, safe to look at. */
export function escapeForJson(json: string): string {
  const safe = json.replaceAll(hashCommand, String.raw`#\u0023`);
  return plainAscii.test(safe)
    ? safe
    : safe.replace(patternsOf().unsafeInJson, (character) =>
        character.replaceAll(/[^]/g, codeUnit),
      );
}

function codeUnit(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
