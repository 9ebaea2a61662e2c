/** Reads which version a changelog heading announces. */

export interface VersionHeading {
  /** As written, without `v`; `unreleased` is one too. */
  readonly version: string;
  /** Whether words come before the version, as in `Sports Scoreboard 1.3.0`. */
  readonly hasTitle: boolean;
}

const maxLength = 500;

/** `1.3.0`, `v1.3`, `v. 1.3.0-beta.1`, `lumio@1.3.0`, `Version 1.3.0`. */
const versionPattern =
  /(?<![\w.-])(?:(?:@?[\w.-]+\/)?[\w.-]+@|[\w-]+[-/](?=v))?(?:v(?:er(?:sion)?)?\.?\s?)?(\d+(?:\.\d+){1,3}(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?)(?![\w.]*\w)/i;
const label = /^(?:version|release|ver|v)\b\.?:?\s*$/i;
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const day = '\\d{1,2}(?:st|nd|rd|th|\\.)?';
const year = '(?:19|20)\\d\\d';
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?';
const time =
  '(?:[t\\s,]+\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?\\s?(?:z|utc|gmt|[ap]m|[+-]\\d\\d:?\\d\\d)?)?';
const dates = [
  `${year}([-/.])\\d{1,2}\\1\\d{1,2}${time}`,
  `\\d{1,2}([-/.])\\d{1,2}\\2${year}`,
  `${weekday}${month}\\s+${day},?\\s+${year}${time}`,
  `${weekday}${day}\\s+${month},?\\s+${year}${time}`,
  `${month}\\s+${year}`,
];
const date = new RegExp(`(?<![\\w.])(?:${dates.join('|')})(?![\\w.]*\\w)`, 'gi');
/** What may be next to a version without being part of a sentence. */
const marker =
  /\b(?:yanked|unreleased|unpublished|latest|stable|lts|current|released?(?:\s+on)?|on)\b/gi;

/** @param markdown the text of a heading, without `#` */
export function readHeading(markdown: string): VersionHeading | undefined {
  const plain = plainText(markdown.slice(0, maxLength));
  if (/^\W*unreleased\b/i.test(plain)) return { version: 'unreleased', hasTitle: false };
  const undated = plain.replaceAll(date, ' ');
  // `2026.5.1` is a version unless there is another one.
  const text = versionPattern.test(undated) ? undated : plain;
  const found = versionPattern.exec(text);
  const version = found?.[1];
  if (found === null || version === undefined) return undefined;
  const before = words(text.slice(0, found.index));
  const after = words(text.slice(found.index + found[0].length));
  const hasTitle = before !== '' && !label.test(before);
  // `1.5 times faster` announces no version.
  const isShort = before === '' && found[0] === version && /^\d+\.\d+$/.test(version);
  if ((hasTitle || isShort) && after !== '') return undefined;
  return { version, hasTitle };
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
    .replaceAll(/[\p{Extended_Pictographic}\uFE0F\u200D]/gu, ' ')
    .replaceAll(/(?<!\w)_+|_+(?!\w)/g, ' ')
    .replaceAll(/[*`~[\]()]/g, ' ');
}
