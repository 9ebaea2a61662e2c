/** Reads the fenced blocks, links and headings of Markdown pages. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The pages for users and contributors, relative to the repository. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
].sort();

export interface FencedBlock {
  readonly language: string;
  /** `file=…` of the info string: the file that the block belongs in. */
  readonly file: string;
  /** `skip=…` of the info string: why a test can't run the block. */
  readonly skip: string;
  /** `run=…` of the info string: how a test runs the block, if not line by line. */
  readonly run: string;
  readonly code: string;
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): FencedBlock[] {
  return [...readPage(page).matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', info = '', code = '']) => ({
      language,
      file: attribute(info, 'file'),
      skip: attribute(info, 'skip'),
      run: attribute(info, 'run'),
      code,
    }),
  );
}

function attribute(info: string, name: string): string {
  return new RegExp(String.raw`(?:^|\s)${name}=(\S+)`).exec(info)?.[1] ?? '';
}

/** A page without fenced blocks and inline code. */
export function proseOf(page: string): string {
  return readPage(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors of a page's headings, as GitHub generates them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const text = readPage(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
  const counts = new Map<string, number>();
  const anchors = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}

/**
 * A text with the lines of a diff added after the line before them.
 * @throws Error if that line is missing or not unique
 */
export function added(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const before = `${lines
    .filter((line) => line.startsWith(' '))
    .map((line) => line.slice(1))
    .join('\n')}\n`;
  const more = `${lines
    .filter((line) => line.startsWith('+'))
    .map((line) => line.slice(1))
    .join('\n')}\n`;
  if (text.split(before).length !== 2) throw new Error(`missing or not unique: ${before}`);
  return text.replace(before, () => before + more);
}
