/** Finds the section of a version in a Markdown changelog. */
import { Lexer, type Token } from 'marked';
import { type VersionHeading, readHeading, unscoped } from './changelog-heading.ts';

interface Block extends Pick<VersionHeading, 'versions' | 'hasTitle' | 'title'> {
  readonly token: Token;
  /** 1 to 6 for a heading, else 0. */
  readonly level: number;
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
  const blocks = readBlocks(markdown.replaceAll(/\r\n?/g, '\n'), name);
  for (const start of candidates(blocks, version, name.toLowerCase())) {
    const text = sectionAt(blocks, start);
    if (text !== '') return text;
  }
  return undefined;
}

function readBlocks(markdown: string, name: string): Block[] {
  const tokens = lex(markdown);
  const repeated = repeatedTexts(tokens);
  const blocks: Block[] = [];
  let current = 6;
  // A bold line is one level below the last heading before the first of its kind.
  let boldLevel = 1;
  let hasBold = false;
  for (const token of tokens) {
    const { level, heading } = headingOf(token, boldLevel, name);
    if (level > 0) hasBold ||= token.type === 'paragraph' || /^<details/i.test(token.raw);
    if (level > 0 && !hasBold) boldLevel = level + 1;
    const isTopic = heading === undefined || (isMention(heading) && level > current);
    if (!isTopic) current = level;
    const isRepeated = repeated.has(token.raw.trim());
    blocks.push({ token, level, ...(isTopic ? noVersion : heading), isRepeated });
  }
  return blocks;
}

/** Below a version, `Requires Node 20.19.0` is a topic, while `1.2.9` is the next version. */
function isMention({ hasTitle, isOtherPackage, isSentence }: VersionHeading): boolean {
  return hasTitle || isOtherPackage || isSentence;
}

function repeatedTexts(tokens: readonly Token[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const texts = tokens.map(({ raw }) => raw.trim());
  return new Set(texts.filter((text) => seen.size === seen.add(text).size));
}

const noVersion = { versions: [], hasTitle: false, title: '' } as const;

/** Also `<h2>1.3.0</h2>`, summaries of details and bold lines, if they announce a version. */
function headingOf(
  token: Token,
  boldLevel: number,
  name: string,
): { level: number; heading?: VersionHeading | undefined } {
  const text = 'text' in token ? String(token.text) : '';
  if (token.type === 'heading') return { level: token['depth'], heading: readHeading(text, name) };
  const pattern = versionLines[token.type]?.exec(text);
  const heading = pattern == null ? undefined : readHeading(text, name);
  if (heading === undefined) return { level: 0 };
  if (pattern?.[1] !== undefined) return { level: Number(pattern[1]), heading };
  const isAlone = !heading.hasTitle && !heading.isDate && heading.after === '';
  return isAlone ? { level: boldLevel, heading } : { level: 0 };
}

const versionLines: Readonly<Record<string, RegExp>> = {
  html: /^<h([1-6])\b[^<>]*>[^]*<\/h\1>\s*$|^(?:<details\b[^<>]*>\s*)?<summary\b[^]*<\/summary>\s*$/i,
  paragraph: /^(?:\*\*|__|<b>|<strong>).+$/,
};

/** Deeper quotes and lists take time that grows with the square of the depth. */
const tooDeep =
  /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t]+)){50}|^[ \t]{400,}(?:[*+-]|\d{1,9}[.)])[ \t]/m;

function lex(markdown: string): Token[] {
  if (tooDeep.test(markdown)) return [];
  try {
    return new Lexer().blockTokens(markdown, []).flatMap((token) => splitHtml(token));
  } catch (thrown) {
    // Blocks nested thousands of levels deep.
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}

/** An HTML block ends at an empty line, so it may contain headings and the text below them. */
function splitHtml(token: Token): Token[] {
  if (token.type !== 'html' || /^\s*<(?:!|\?|pre|script|style|textarea)/i.test(token.raw))
    return [token];
  return token.raw.split(htmlHeadingEdge).map((raw) => ({ type: 'html', raw, text: raw }));
}

const htmlHeadingEdge = /(?<=\n)(?=<(?:h[1-6]|details)\b)|(?<=<\/(?:h[1-6]|summary)>[^\S\n]*\n)/i;

/**
 * Headings of the version, best first: the same text, without build metadata, shortened (`1.3` for
 * 1.3.0).
 */
function candidates(blocks: readonly Block[], version: string, name: string): number[] {
  const isOf =
    (own: string) =>
    ({ title }: Block): boolean =>
      own !== '' && title.includes(own);
  const kinds = [
    isOf(name),
    isOf(unscoped(name)),
    ({ hasTitle }: Block) => !hasTitle,
    ({ hasTitle }: Block) => hasTitle,
  ];
  const withoutBuild = version.replace(/\+.*$/, '');
  const spellings = [version, withoutBuild, withoutBuild.replace(/^(\d+\.\d+)\.0$/, '$1')];
  return [...new Set(spellings)].flatMap((spelling) =>
    kinds.flatMap((isKind) =>
      blocks.flatMap((block, index) =>
        block.versions.includes(spelling) && isKind(block) ? [index] : [],
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
  const isUnopened = raw.split(/<details\b/i).length < raw.split(/<\/details>/i).length;
  const text = (isUnopened ? raw.replace(/<\/details>\s*$/i, '') : raw)
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
function endsSection({ level, versions, isRepeated }: Block, own: number): boolean {
  if (level === 0) return false;
  return versions.length > 0 || level < own || (level === own && own <= 2 && !isRepeated);
}

/**
 * Markdown makes an anchor right below a list part of the list, although it belongs to the next
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
