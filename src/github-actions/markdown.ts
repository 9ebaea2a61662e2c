/** Tables for a step summary, in the Markdown of GitHub. Pure. */

export interface MarkdownColumn {
  readonly label: string;
  readonly align: 'left' | 'right';
}

/** @param rows of cells that are Markdown already; see {@link plain}, {@link code} and {@link link} */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const labels = columns.map(({ label }) => plain(label));
  const rules = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [labels, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Text that means itself: nothing in it starts a cell, a tag, a link or an emphasis. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>|~&#!$@:]/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Letters and digits that are to be copied, such as a hash. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

export function link(text: string, url: string): string {
  return `[${plain(text)}](${url.replaceAll(/[()|\\<>\s]/g, (character) => encodeURIComponent(character).replace('(', '%28').replace(')', '%29'))})`;
}
