/**
 * Finds a version's section in a changelog: Keep a Changelog (`## [1.3.0] - 2026-05-01`), and the headings that common release tools write
 * (`## 1.3.0`, `## v1.3.0`, `# [1.3.0](link) (date)`, `## name@1.3.0`). Line by line, in one pass.
 */

interface Line {
  readonly text: string;
  /** 1 to 6 for a heading, 0 for any other line. */
  readonly level: number;
  /** The version that a heading names, `unreleased` included. */
  readonly version: string | undefined;
}

const heading = /^ {0,3}(#{1,6})(?:[ \t]|$)/;
/** HTML that a reader does not see (CommonMark 0.31, section 4.6, kind 2); templates of headings stand in it. */
const comment = /^ {0,3}<!--(?!.*-->)/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const linkReference = /^ {0,3}\[[^\]]+\]:[ \t]/;
const versionLike = /^(?:\d+\.\d+\.\d+[0-9A-Za-z.+-]*|unreleased)$/i;
/** A heading that names its version later than in its second word tells of something else (`Moving from 1.2.0 to 1.3.0`). */
const wordsLookedAt = 2;

/**
 * @param markdown the whole changelog; any line ends
 * @returns the text under the version's heading, without the heading, surrounding empty lines, and the link references at its end;
 * line ends are `\n`. Undefined when there is no such heading or nothing under it.
 */
export function changelogSection(markdown: string, version: string): string | undefined {
  const lines = readLines(markdown);
  const start = lines.findIndex((line) => line.version === version);
  const own = lines[start];
  if (own === undefined) return undefined;
  const after = lines.slice(start + 1);
  const length = after.findIndex((line) => endsSection(line, own.level));
  const text = withoutReferences(length === -1 ? after : after.slice(0, length)).trim();
  return text === '' ? undefined : text;
}

/**
 * A heading of the section's own level ends it, but not below level 2: release tools that write `### 1.3.1` for a patch
 * write `### Bug Fixes` under it.
 */
function endsSection({ level, version }: Line, own: number): boolean {
  if (level === 0) return false;
  return version !== undefined || level < own || (level === own && own <= 2);
}

function readLines(markdown: string): Line[] {
  let isLast: ((text: string) => boolean) | undefined;
  return markdown.split(/\r\n|\r|\n/).map((text) => {
    if (isLast !== undefined) {
      if (isLast(text)) isLast = undefined;
      return { text, level: 0, version: undefined };
    }
    isLast = endOfBlock(text);
    const level = heading.exec(text)?.[1]?.length ?? 0;
    return { text, level, version: level === 0 ? undefined : versionOf(text) };
  });
}

/** Where a line opens a block in which no heading is one: how to know its last line. */
function endOfBlock(line: string): ((text: string) => boolean) | undefined {
  if (comment.test(line)) return (text) => text.includes('-->');
  const open = fence.exec(line)?.[1];
  return open === undefined ? undefined : (text) => closes(text, open);
}

/** A fence is closed by the same sign, at least as often, with nothing behind it (CommonMark 0.31, section 4.5). */
function closes(text: string, open: string): boolean {
  const mark = fence.exec(text)?.[1];
  return mark?.startsWith(open) === true && text.trim() === mark;
}

function versionOf(headingText: string): string | undefined {
  const words = headingText
    .trim()
    .split(/[ \t]+/)
    .slice(1, 1 + wordsLookedAt);
  return words.map(bareVersion).find((word) => versionLike.test(word));
}

/** `[v1.3.0](https://…)`, `name@1.3.0`, `1.3.0:` → `1.3.0`. */
function bareVersion(word: string): string {
  const [label = ''] = word.replace(/^[[(`*]+/, '').split(/[\])`*,:]/, 1);
  return label.slice(label.lastIndexOf('@') + 1).replace(/^v(?=\d)/i, '');
}

function withoutReferences(lines: readonly Line[]): string {
  const last = lines.findLastIndex(({ text }) => text.trim() !== '' && !linkReference.test(text));
  return lines
    .slice(0, last + 1)
    .map(({ text }) => text)
    .join('\n');
}
