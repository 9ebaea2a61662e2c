/** Reads which versions a heading of a changelog announces. */
export interface VersionHeading {
  /** As written, without `v`; `unreleased` is one too. Several for `1.2.9, 1.3.0`. */
  readonly versions: readonly string[];
  /** Whether words come before the version, as in `Sports Scoreboard 1.3.0`. */
  readonly hasTitle: boolean;
  /** Whether it names another package, as in `other@1.3.0`. */
  readonly isOtherPackage: boolean;
  readonly title: string;
  /** Words after the version, without dates and the like. */
  readonly after: string;
  /** Whether they continue a sentence, as in `1.2.0 compatibility`. */
  readonly isSentence: boolean;
  /** Whether the version may be a date. */
  readonly isDate: boolean;
}

const maxLength = 500;

/** `1.3.0`, `v1.3`, `v. 1.3.0-beta.1`, `lumio@1.3.0`, `Version 1.3.0`. */
const versionPattern =
  /(?<![\w.-])(?:(?:@?[\w.-]+\/)?[\w.-]+@|[\w-]+[-/](?=v))?(?:(?:release|version)[-_]|v(?:er(?:sion)?)?\.?\s?)?(\d+(?:\.\d+){1,3}(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?)(?![\w.]*\w)/i;
/** The rest of a list, such as `, 1.3.0 and 1.4.0`. */
const otherVersions = new RegExp(`^(?:\\s*(?:,|&|/|and\\b)\\s*${versionPattern.source})*`, 'i');
const label = /^(?:versions?|releases?|ver|v)\b\.?:?\s*$/i;
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const day = '\\d{1,2}(?:st|nd|rd|th|\\.)?';
const year = '(?:19|20)\\d\\d';
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?';
const time =
  '(?:[t\\s,]+\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?\\s?(?:z|utc|gmt|[ap]m|[+-]\\d\\d:?\\d\\d)?)?';
/** Not after a hyphen: `1.3.0-1 May 2026` is the pre-release `1.3.0-1`. */
const dayFirst = '(?<![+-])';
const dates = [
  `${year}([-/.])\\d{1,2}\\1\\d{1,2}${time}`,
  `${dayFirst}\\d{1,2}([-/.])\\d{1,2}\\2${year}`,
  `${weekday}${month},?\\s+${day},?\\s+${year}${time}`,
  `${weekday}${dayFirst}${day}\\s+${month},?\\s+${year}${time}`,
  `${month}\\s+${year}`,
  `${dayFirst}${day}(?:er)?\\s+(?:de\\s+)?\\p{L}{3,12}\\.?\\s+(?:de\\s+)?${year}`,
  `${year}\\s?[年년]\\s?\\d{1,2}\\s?[月월]\\s?\\d{1,2}\\s?[日일]`,
];
/** With a preposition in any language, such as `vom`. */
const date = new RegExp(
  `(?:(?<!\\p{L})\\p{L}{2,3}\\s+)?(?<![\\w.])(?:${dates.join('|')})(?![\\w.]*\\w)`,
  'giu',
);
/** Characters that may be next to a version outside of a sentence. */
const marker =
  /\b(?:yanked|unreleased|unpublished|latest|stable|lts|current|released?(?:\s+(?:on|date))?|on)\b/gi;

const untitled = {
  hasTitle: false,
  isOtherPackage: false,
  title: '',
  after: '',
  isSentence: false,
  isDate: false,
};

/** @param markdown the text of a heading, without `#` */
export function readHeading(markdown: string, name: string): VersionHeading | undefined {
  const ownNames = [name, unscoped(name)];
  const plain = separateName(plainText(markdown.slice(0, maxLength)), unscoped(name));
  if (/^\W*unreleased\b/i.test(plain)) return { versions: ['unreleased'], ...untitled };
  const undated = plain.replaceAll(date, ' ');
  // `2026.5.1` is a version unless there is another one.
  const text = versionPattern.test(undated) ? undated : plain;
  const found = versionPattern.exec(text);
  const version = found?.[1];
  if (found === null || version === undefined) return undefined;
  const end = found.index + found[0].length;
  const before = words(text.slice(0, found.index));
  const hasTitle = isTitle(before);
  const ownTitles = ownNames.map((own) => words(own).toLowerCase());
  const isFirst = !hasTitle || ownTitles.includes(before.toLowerCase());
  const list = isFirst ? listIn(text.slice(end)) : '';
  const rest = text.slice(end + list.length);
  const after = words(rest);
  if ((!isFirst || isPhrase(text)) && after !== '') return undefined;
  const title = text.slice(0, found.index + found[0].lastIndexOf(version)).toLowerCase();
  const isOtherPackage = !['', ...ownNames].includes(packageOf(found[0]));
  const versions = [version, ...versionsIn(list)];
  const isSentence = after !== '' && /^\s+\p{Ll}/u.test(rest);
  const isDate = text !== undated;
  return { versions, hasTitle, isOtherPackage, title, after, isSentence, isDate };
}

/** `scores` of `@acme/scores` */
export function unscoped(name: string): string {
  return name.replace(/^@[^/]*\//, '');
}

/** `lumio` of `lumio@1.3.0`; otherwise empty. */
function packageOf(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf('@')));
}

function listIn(text: string): string {
  return otherVersions.exec(text)?.[0] ?? '';
}

function versionsIn(list: string): string[] {
  return [...list.matchAll(new RegExp(versionPattern, 'gi'))].map(([, version = '']) => version);
}

/** `1.5 times faster` announces no version, `1.5: Faster` does. */
function isPhrase(text: string): boolean {
  return /^\W*\d+\.\d+(?!\s*[-–—:.\d])/.test(text);
}

function isTitle(before: string): boolean {
  return before !== '' && !label.test(before);
}

/** `board-1.3.0` and `board_1.3.0` as `board 1.3.0` */
function separateName(text: string, name: string): string {
  if (name === '') return text;
  const escaped = name.replaceAll(/\W/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w.-])(${escaped})[-_](?=v?\\d)`, 'i'), '$1 ');
}

function words(text: string): string {
  return text
    .replaceAll(marker, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The text that a reader sees, without markup and emoji. */
function plainText(markdown: string): string {
  return markdown
    .replaceAll(/<!--[^]*?-->|<[^<>]*>/g, '')
    .replaceAll(/!\[[^[\]]*\]\([^()]*\)/g, '')
    .replaceAll(/\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g, '$1')
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, '')
    .replaceAll(/&(?:nbsp|#160|#xa0);/gi, ' ')
    .replaceAll(/:[a-z0-9_+-]+:/gi, ' ')
    .replaceAll(/第\s*(v?\d[\w.+-]*)\s*版/gi, ' $1 ')
    .replaceAll(/[\p{Extended_Pictographic}\uFE0F\u200D]/gu, ' ')
    .replaceAll(/(?<!\w)_+|_+(?!\w)/g, ' ')
    .replaceAll(/[*`~[\]()]/g, ' ');
}
