/** Markdown for the step summary. */

export interface MarkdownColumn {
  readonly label: string;
  readonly align: 'left' | 'right';
}

/** @param rows of Markdown cells */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const labels = columns.map(({ label }) => plain(label));
  const rules = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [labels, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Escapes text: nothing in it is markup. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>|~&#!$@:]/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

export function link(text: string, url: string): string {
  return `[${plain(text)}](${url.replaceAll(/[()|\\<>\s]/g, (character) => encodeURIComponent(character).replace('(', '%28').replace(')', '%29'))})`;
}
