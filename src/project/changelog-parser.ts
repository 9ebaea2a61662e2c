/** Finds the section of a version in a Markdown changelog. */
import { Lexer, type Token } from 'marked';

interface Block {
  readonly token: Token;
  /** 1 to 6 for a heading, else 0. */
  readonly level: number;
  /** The version that a heading announces. */
  readonly version: string | undefined;
  /** Whether words come before the version. */
  readonly hasTitle: boolean;
  /** What comes before the version, in lower case. */
  readonly title: string;
  /** Whether the file has the same heading twice, as with `Bug Fixes`. */
  readonly isRepeated: boolean;
}

/**
 * @param markdown the whole changelog, with any line ends
 * @param name of the package, which decides if several packages have the version
 * @returns the text below the heading of the version, with `\n`; undefined if there is no heading
 * or no text
 */
export function changelogSection(markdown: string, version: string, name = ''): string | undefined {
  const blocks = readBlocks(markdown.replaceAll(/\r\n?/g, '\n'));
  for (const start of candidates(blocks, version, name.toLowerCase())) {
    const text = sectionAt(blocks, start);
    if (text !== '') return text;
  }
  return undefined;
}

function readBlocks(markdown: string): Block[] {
  const tokens = lex(markdown);
  const repeated = repeatedTexts(tokens);
  const blocks: Block[] = [];
  let current = 6;
  // A bold line is one level below the last heading before the first of its kind.
  let boldLevel = 1;
  let hasBold = false;
  for (const token of tokens) {
    const { level, heading } = headingOf(token, boldLevel);
    if (level > 0) hasBold ||= token.type === 'paragraph';
    if (level > 0 && !hasBold) boldLevel = level + 1;
    // Below a version, `Requires Node 20.19.0` is a topic, while `1.2.9` is the next version.
    const isTopic = heading === undefined || (heading.hasTitle && level > current);
    if (!isTopic) current = level;
    const isRepeated = repeated.has(token.raw.trim());
    blocks.push({ token, level, ...(isTopic ? noVersion : heading), isRepeated });
  }
  return blocks;
}

function repeatedTexts(tokens: readonly Token[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const texts = tokens.map(({ raw }) => raw.trim());
  return new Set(texts.filter((text) => seen.size === seen.add(text).size));
}

const noVersion = { version: undefined, hasTitle: false, title: '' } as const;

/** Also `<h2>1.3.0</h2>` and bold lines, if they announce a version. */
function headingOf(
  token: Token,
  boldLevel: number,
): { level: number; heading?: VersionHeading | undefined } {
  const text = 'text' in token ? String(token.text) : '';
  if (token.type === 'heading') return { level: token['depth'], heading: readHeading(text) };
  const pattern = versionLines[token.type]?.exec(text);
  const heading = pattern == null ? undefined : readHeading(text);
  if (heading === undefined) return { level: 0 };
  if (token.type === 'html') return { level: Number(pattern?.[1]), heading };
  const isAlone = !heading.hasTitle && !heading.isDate && heading.after === '';
  return isAlone ? { level: boldLevel, heading } : { level: 0 };
}

const versionLines: Readonly<Record<string, RegExp>> = {
  html: /^<h([1-6])\b[^<>]*>.*<\/h\1>\s*$/i,
  paragraph: /^(?:\*\*|__).+$/,
};

/** Deeper quotes and lists take time that grows with the square of the depth. */
const tooDeep =
  /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t]+)){50}|^[ \t]{400,}(?:[*+-]|\d{1,9}[.)])[ \t]/m;

function lex(markdown: string): Token[] {
  if (tooDeep.test(markdown)) return [];
  try {
    return new Lexer().blockTokens(markdown, []);
  } catch (thrown) {
    // Blocks nested thousands of levels deep.
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}

/**
 * Headings of the version, best first: the same text, without build metadata, shortened (`1.3` for
 * 1.3.0).
 */
function candidates(blocks: readonly Block[], version: string, name: string): number[] {
  const isOwn = ({ title }: Block): boolean => name !== '' && title.includes(name);
  const kinds = [isOwn, (block: Block) => !block.hasTitle, (block: Block) => block.hasTitle];
  const withoutBuild = version.replace(/\+.*$/, '');
  const spellings = [version, withoutBuild, withoutBuild.replace(/^(\d+\.\d+)\.0$/, '$1')];
  return [...new Set(spellings)].flatMap((spelling) =>
    kinds.flatMap((isKind) =>
      blocks.flatMap((block, index) =>
        block.version === spelling && isKind(block) ? [index] : [],
      ),
    ),
  );
}

function sectionAt(blocks: readonly Block[], start: number): string {
  const own = blocks[start]?.level ?? 0;
  const length = blocks.slice(start + 1).findIndex((block) => endsSection(block, own));
  const end = length === -1 ? blocks.length : start + 1 + length;
  const tokens = blocks.slice(start + 1, end).map(({ token }) => token);
  const last = tokens.findLastIndex((token) => !isTrailer(token));
  const inside = tokens.slice(0, last + 1);
  const raw = inside.map((token) => token.raw).join('');
  const text = (/<details\b/i.test(raw) ? raw : raw.replace(/<\/details>\s*$/i, ''))
    .replace(anchorAtEnd, '')
    .trimEnd()
    .replace(/^(?:[^\S\n]*\n)+/, '');
  const references = referencesOf(text, blocks).filter((token) => !inside.includes(token));
  return [text, references.map((token) => token.raw.trim()).join('\n')].join('\n\n').trimEnd();
}

/** The definitions of the links that a text uses, wherever they are in the file. */
function referencesOf(text: string, blocks: readonly Block[]): Token[] {
  const labels = [...text.matchAll(/\[([^[\]]+)\](?![(:])/g)].map(([, label = '']) => label);
  const tags = new Set(labels.map((label) => label.toLowerCase().replaceAll(/\s+/g, ' ')));
  return blocks.flatMap(({ token }) =>
    // The first definition of a label counts.
    token.type === 'def' && tags.delete(token['tag']) ? [token] : [],
  );
}

/**
 * Release tools write `### Bug Fixes` below `### 1.3.1`, and some `## Bug Fixes` below `## 1.3.1`.
 */
function endsSection({ level, version, isRepeated }: Block, own: number): boolean {
  if (level === 0) return false;
  return version !== undefined || level < own || (level === own && own <= 2 && !isRepeated);
}

/**
 * Markdown puts an anchor right below a list into the list, although it belongs to the next
 * section.
 */
const anchorAtEnd = /\n[^\S\n]*<a\s[^<>\n]*>[^\S\n]*(?:<\/a>)?\s*$/i;
const anchor = /^\s*<a\s[^<>]*>\s*(?:<\/a>)?\s*$/i;

/**
 * What belongs to the next section or to the whole file: rules, anchors, comments, link references.
 */
function isTrailer({ type, raw }: Token): boolean {
  if (type === 'space' || type === 'hr' || type === 'def') return true;
  if (type === 'html' && /^\s*<!--[^]*-->\s*$/.test(raw)) return true;
  if (type === 'html' && /^<details\b[^<>]*>\s*(?:<summary\b[^]*<\/summary>)?\s*$/i.test(raw))
    return true;
  return (type === 'html' || type === 'paragraph') && anchor.test(raw);
}

interface VersionHeading {
  /** As written, without `v`; `unreleased` is one too. */
  readonly version: string;
  /** Whether words come before the version, as in `Sports Scoreboard 1.3.0`. */
  readonly hasTitle: boolean;
  /** In lower case. */
  readonly title: string;
  /** Words after the version, without dates and the like. */
  readonly after: string;
  /** Whether the version may be a date. */
  readonly isDate: boolean;
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

/** Which version a heading announces. @param markdown its text, without `#` */
function readHeading(markdown: string): VersionHeading | undefined {
  const plain = plainText(markdown.slice(0, maxLength));
  if (/^\W*unreleased\b/i.test(plain))
    return { version: 'unreleased', hasTitle: false, title: '', after: '', isDate: false };
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
  const title = text.slice(0, found.index + found[0].lastIndexOf(version)).toLowerCase();
  return { version, hasTitle, title, after, isDate: text !== undated };
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
