/** `.lumioignore`: the rules of gitignore(5), files in subfolders included, by the `ignore` package (its only importer). */
import { dirname, relative, sep } from 'node:path';
import ignore from 'ignore';
import { isInside } from '../shared/path-inside.ts';
import { readRules } from './ignore-file.ts';

export class IgnoreRules {
  /** The files whose rules left something out so far. */
  readonly ignoringFiles = new Set<string>();
  readonly #rules = ignore({ ignorecase: false });
  readonly #prefix: string;

  /**
   * @param folder absolute path of the folder that is packed
   * @param outerFiles absolute paths of further rule files. One that lies in a folder above `folder` is read as git would read it
   * there; rules of any other file count as if they stood in `folder` itself. Later ones win.
   */
  constructor(folder: string, outerFiles: readonly string[]) {
    const above = outerFiles.map((file) => dirname(file)).filter((base) => isInside(folder, base));
    const top = above.toSorted((left, right) => left.length - right.length)[0] ?? folder;
    this.#prefix = asPrefix(relative(top, folder));
    for (const file of outerFiles) {
      const base = dirname(file);
      this.#add(file, isInside(folder, base) ? asPrefix(relative(top, base)) : this.#prefix);
    }
    // Whoever names a folder to be packed means it, also where a rule above leaves it out (`dist/`, copied from .gitignore).
    const steps = this.#prefix.split('/').slice(0, -1);
    for (const index of steps.keys())
      this.#rules.add(`!/${escapeGlob(steps.slice(0, index + 1).join('/'))}/`);
  }

  /** Adds the rules of a file in the folder or below it. @param base its folder, relative to the packed one, ending with `/` or empty */
  addInner(file: string, base: string): void {
    this.#add(file, this.#prefix + base);
  }

  /** @param path relative to the packed folder; a folder's ends with `/` */
  ignores(path: string): boolean {
    const { ignored, rule } = this.#rules.test(this.#prefix + path);
    if (rule?.mark !== undefined) this.ignoringFiles.add(rule.mark);
    return ignored;
  }

  #add(file: string, base: string): void {
    this.#rules.add(readRules(file).map((line) => ({ pattern: rebase(line, base), mark: file })));
  }
}

/** Rewrites a rule of a file in `base` so that it means the same in the topmost folder. */
function rebase(line: string, base: string): string {
  if (base === '' || line.trim() === '' || line.startsWith('#')) return line;
  const sign = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(sign.length);
  // gitignore(5): a separator at the beginning or in the middle ties the pattern to the folder of its file.
  const isTied = /\/(?!\s*$)/.test(pattern);
  const tail = isTied ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return `${sign}/${escapeGlob(base)}${tail}`;
}

function escapeGlob(path: string): string {
  return path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`);
}

function asPrefix(path: string): string {
  return path === '' ? '' : `${path.split(sep).join('/')}/`;
}

/** @param glob with the syntax of a rule; also matches what is in a directory that it names */
export function matcher(glob: string): (path: string) => boolean {
  const rules = ignore({ ignorecase: false }).add(glob.replace(/^\.\//, '/'));
  return (path) => rules.ignores(path);
}
