/** `.lumioignore`: the rules of gitignore(5), also in subdirectories, by the `ignore` package. */
import { isUtf8 } from 'node:buffer';
import { dirname, relative, sep } from 'node:path';
import ignore from 'ignore';
import { LumioError, refusedFile } from '../errors.ts';
import { readRegularFile } from '../input/bytes.ts';
import { isInside } from '../shared/paths.ts';

const maxBytes = 1024 * 1024;

/** `PATH_MAX` of Linux; V8 refuses the regular expression of some longer rules. */
const maxCharacters = 4096;

export type Verdict = 'included' | 'ignored' | 'excluded';

export class IgnoreRules {
  readonly ignoringFiles = new Set<string>();
  readonly #rules = ignore({ ignorecase: false });
  /** The rules for files that are excluded by default. */
  readonly #namingRules = ignore({ ignorecase: false });
  readonly #prefix: string;

  /**
   * @param directory real path of the packed directory
   * @param outerFiles paths of further rule files. One in a directory above is read as git would
   * read it there; others apply as if they were in `directory`. Later ones take precedence.
   */
  constructor(directory: string, outerFiles: readonly string[]) {
    const above = outerFiles
      .map((file) => dirname(file))
      .filter((base) => isInside(directory, base));
    const top = above.toSorted((left, right) => left.length - right.length)[0] ?? directory;
    this.#prefix = asPrefix(relative(top, directory));
    for (const file of outerFiles) {
      const base = dirname(file);
      this.#add(file, isInside(directory, base) ? asPrefix(relative(top, base)) : this.#prefix);
    }
    // The packed directory itself was specified, even if a rule above ignores it (`dist/`).
    const steps = this.#prefix.split('/').slice(0, -1);
    for (const index of steps.keys())
      this.#rules.add(`!/${escapeGlob(steps.slice(0, index + 1).join('/'))}/`);
  }

  /**
   * Adds a rule file below the packed directory.
   * @param base its directory: empty, or with a `/`
   */
  addInner(file: string, base: string): void {
    this.#add(file, this.#prefix + base);
  }

  /**
   * @param path relative to the packed directory; a directory ends with `/`
   * @param isExcluded whether it is excluded unless a rule includes it
   */
  verdict(path: string, isExcluded: boolean): Verdict {
    const fullPath = (this.#prefix + path).normalize('NFC');
    const { ignored, rule } = this.#rules.test(fullPath);
    if (ignored) {
      if (rule?.mark !== undefined) this.ignoringFiles.add(rule.mark);
      return 'ignored';
    }
    return isExcluded && !this.#namingRules.test(fullPath).unignored ? 'excluded' : 'included';
  }

  /** A link may lead to a directory, so the rules for directories also apply to it. */
  linkVerdict(path: string, isExcluded: boolean): Verdict {
    const asFile = this.verdict(path, isExcluded);
    const asDirectory = this.verdict(`${path}/`, isExcluded);
    if (asFile === asDirectory || asFile === 'ignored') return asFile;
    return asDirectory === 'ignored' ? 'ignored' : 'included';
  }

  #add(file: string, base: string): void {
    const rules = readRules(file)
      .map((line) => rebase(line.normalize('NFC'), base.normalize('NFC')))
      .map((pattern) => ({ pattern, mark: file }));
    this.#rules.add(rules);
    this.#namingRules.add(rules.filter(({ pattern }) => hasName(pattern)));
  }
}

/** `!*` and `!*\/` include files that other rules ignore, but aren't meant for `.git`. */
function hasName(pattern: string): boolean {
  return /[^*/!]/.test(
    pattern
      .replace(/\/?\s*$/, '')
      .split('/')
      .at(-1) ?? '',
  );
}

/** Rewrites a rule of a file in `base` so that it means the same in the topmost directory. */
function rebase(line: string, base: string): string {
  if (base === '' || line.trim() === '' || line.startsWith('#')) return line;
  const sign = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(sign.length);
  // gitignore(5): a separator at the beginning or in the middle ties the pattern to the directory
  // of its file.
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

/**
 * Returns the lines of a regular file or a link to one. Rules that can't be read are refused:
 * ignoring them would pack what they exclude.
 * @throws LumioError `refused`: `ignore_file_unreadable`, `ignore_file_not_utf8`,
 * `ignore_rule_too_long`
 */
function readRules(file: string): readonly string[] {
  const content = readFile(file);
  // UTF-16 without a byte order mark is valid UTF-8 with NULs.
  if (!isUtf8(content) || content.includes(0))
    throw refusedFile(
      'ignore_file_not_utf8',
      `${file} isn't valid UTF-8.`,
      'Save it as UTF-8 (> in PowerShell 5 writes UTF-16).',
    );
  const lines = content
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const long = lines.findIndex((line) => line.length > maxCharacters && !line.startsWith('#'));
  if (long === -1) return lines;
  throw refusedFile(
    'ignore_rule_too_long',
    `Line ${long + 1} of ${file} is longer than ${maxCharacters} characters.`,
    'Shorten the rule.',
  );
}

function readFile(file: string): Buffer {
  let cause: unknown;
  try {
    const content = readRegularFile(file, maxBytes);
    if (content !== undefined) return content;
  } catch (error) {
    cause = error;
  }
  throw refusedFile(
    'ignore_file_unreadable',
    `The rules in ${file} can't be read.${cause instanceof LumioError ? ` ${cause.message}` : ''}`,
    'Make it a readable text file, or remove it.',
    cause,
  );
}

/** @param glob with the syntax of a rule; also matches what is in a directory that it names */
export function matcher(glob: string): (path: string) => boolean {
  const rules = ignore({ ignorecase: false }).add(glob.replace(/^\.\//, '/'));
  return (path) => rules.ignores(path);
}
