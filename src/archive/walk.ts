/** Walks a directory in the order of the archive: each entry is selected, excluded or refused. */
import { type Dirent, type Stats, lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemCode, systemErrorText } from '../errors.ts';
import { isInside, realPath } from '../shared/paths.ts';
import { clashFinder, isExcludedByDefault, nameProblem, sortByBytes } from './file-names.ts';
import type { IgnoreRules, Verdict } from './ignore-rules.ts';
import { type RefusedFile, kindOf, nameClash, quote, refuse } from './refused-files.ts';

const ignoreFileName = '.lumioignore';

/** Forty directories with two links each to the next one would make 2^40 paths. */
const maxDirectoryLinks = 10_000;
const maxFiles = 1_000_000;

/** Number of entries after which other events, such as Ctrl-C, are handled. */
const entriesPerTurn = 2000;

export interface SelectedFile {
  /** Relative to the packed directory, `/` separated: the name in the archive. */
  readonly path: string;
  /** Where the bytes are, with all links resolved. */
  readonly absolutePath: string;
  readonly sizeBytes: number;
  /** Packing refuses a file whose times have changed. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export interface WalkOptions {
  readonly ignoreFiles: readonly string[];
  readonly signal: AbortSignal;
  /** macOS keeps names as they were typed; git stores them in NFC there. */
  readonly platform?: NodeJS.Platform | undefined;
}

const disappeared = 'disappeared while its directory was read';

interface Directory {
  /** Relative to the packed directory, ending with `/`; empty for that directory itself. */
  readonly path: string;
  readonly realPath: string;
  /** Real paths of the directories above and of this one: a link to one of them is a loop. */
  readonly trail: readonly string[];
}

interface Item {
  /** The name, with `/` for a directory: their order is the order of the whole paths. */
  readonly key: string;
  readonly name: string;
  readonly realPath: string;
  /** Undefined for a directory. A whole `Stats` for each of many files would be large. */
  readonly facts: Facts | undefined;
}

type Facts = Pick<SelectedFile, 'sizeBytes' | 'mtimeMs' | 'ctimeMs'>;

export class DirectoryWalk {
  readonly files: SelectedFile[] = [];
  readonly refusals: RefusedFile[] = [];
  /** A directory counts as one. */
  ignoredCount = 0;
  excludedCount = 0;
  readonly #root: string;
  readonly #options: WalkOptions;
  #rules: IgnoreRules | undefined;
  #entriesLeft = entriesPerTurn;
  #directoryLinks = 0;

  constructor(root: string, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
  }

  get ignoringFiles(): readonly string[] {
    return [...(this.#rules?.ignoringFiles ?? [])];
  }

  async run(): Promise<void> {
    if (this.#options.ignoreFiles.length > 0) await this.#loadRules();
    await this.#walk({ path: '', realPath: this.#root, trail: [this.#root] });
  }

  async #walk(directory: Directory): Promise<void> {
    const entries = this.#list(directory);
    if (entries.some((entry) => entry.name === ignoreFileName && !entry.isDirectory())) {
      const rules = await this.#loadRules();
      rules.addInner(join(directory.realPath, ignoreFileName), directory.path);
    }
    const items = this.#withoutClashes(directory, await this.#items(directory, entries));
    for (const { key, realPath, facts } of items) {
      const path = directory.path + key;
      if (facts === undefined)
        await this.#walk({ path, realPath, trail: [...directory.trail, realPath] });
      else this.#add({ path, absolutePath: realPath, ...facts });
    }
  }

  async #items(directory: Directory, entries: readonly Dirent[]): Promise<Item[]> {
    const items: Item[] = [];
    await this.#pause();
    for (const entry of entries) {
      if (--this.#entriesLeft <= 0) await this.#pause();
      const item = this.#classify(directory, entry);
      if (item !== undefined) items.push(item);
    }
    return sortByBytes(items);
  }

  #add(file: SelectedFile): void {
    const tooMany = { code: 'too_many_files', message: `exceeds the limit of ${maxFiles} files` };
    if (this.files.length === maxFiles) throw refuse(this.#root, [{ path: file.path, ...tooMany }]);
    this.files.push(file);
  }

  #list({ path, realPath }: Directory): Dirent[] {
    try {
      return readdirSync(realPath, { withFileTypes: true });
    } catch (error) {
      const code = path === '' ? 'directory_unreadable' : 'file_unreadable';
      this.#refuse(path, code, `can't be read (${systemErrorText(error)})`);
      return [];
    }
  }

  #classify(directory: Directory, entry: Dirent): Item | undefined {
    const name = this.#options.platform === 'darwin' ? entry.name.normalize('NFC') : entry.name;
    const path = directory.path + name;
    if (this.#isLeftOut(this.#verdict(path, entry))) return undefined;
    const problem = nameProblem(name);
    if (problem !== undefined) return this.#refuse(path, problem.code, problem.message);
    const parent = directory.realPath;
    const realPath = parent + (parent.endsWith(sep) ? '' : sep) + entry.name;
    if (entry.isDirectory()) return { key: `${name}/`, name, realPath, facts: undefined };
    if (entry.isSymbolicLink()) return this.#followLink(directory, path, { name, realPath });
    if (entry.isFile()) return this.#fileItem(path, { name, realPath });
    const message = `is ${kindOf(entry)}; only files and directories can be packed`;
    return this.#refuse(path, 'special_file', message);
  }

  #isLeftOut(verdict: Verdict): boolean {
    if (verdict === 'included') return false;
    this.ignoredCount += 1;
    if (verdict === 'excluded') this.excludedCount += 1;
    return true;
  }

  #verdict(path: string, entry: Dirent): Verdict {
    if (entry.name === ignoreFileName) return 'ignored';
    const isExcluded = isExcludedByDefault(entry.name);
    if (this.#rules === undefined) return isExcluded ? 'excluded' : 'included';
    if (entry.isSymbolicLink()) return this.#rules.linkVerdict(path, isExcluded);
    return this.#rules.verdict(entry.isDirectory() ? `${path}/` : path, isExcluded);
  }

  /** Rules that name the link or its target include it. */
  #targetVerdict(path: string, target: string, isDirectory: boolean): Verdict {
    if (!isExcludedByDefault(basename(target))) return 'included';
    const name = relative(this.#root, target).replaceAll(sep, '/') + (isDirectory ? '/' : '');
    const verdicts = [this.#rules?.verdict(name, true), this.#rules?.linkVerdict(path, true)];
    return verdicts.includes('included') ? 'included' : 'excluded';
  }

  #fileItem(path: string, file: { name: string; realPath: string }): Item | undefined {
    try {
      const stats = lstatSync(file.realPath, { throwIfNoEntry: false });
      if (stats?.isFile() === true) return { key: file.name, ...file, facts: factsOf(stats) };
    } catch (error) {
      return this.#refuse(path, 'file_unreadable', `can't be read (${systemErrorText(error)})`);
    }
    return this.#refuse(path, 'file_changed', disappeared);
  }

  #followLink(
    { trail }: Directory,
    path: string,
    { name, realPath: link }: { name: string; realPath: string },
  ): Item | undefined {
    const target = this.#resolveLink(path, link);
    if (target === undefined) return undefined;
    if (!isInside(target, this.#root)) {
      const message = `is a link that leaves the directory (to ${quote(target)})`;
      return this.#refuse(path, 'link_leaves_directory', message);
    }
    const stats = statSync(target, { throwIfNoEntry: false });
    if (stats === undefined) return this.#refuse(path, 'file_changed', disappeared);
    if (this.#isLeftOut(this.#targetVerdict(path, target, stats.isDirectory()))) return undefined;
    if (stats.isFile()) return { key: name, name, realPath: target, facts: factsOf(stats) };
    if (!stats.isDirectory()) {
      const message = `is a link to ${kindOf(stats)}; only files and directories can be packed`;
      return this.#refuse(path, 'special_file', message);
    }
    if (trail.includes(target))
      return this.#refuse(path, 'link_loop', 'is a link to a directory that contains it');
    const message = `exceeds the limit of ${maxDirectoryLinks} links to directories`;
    if (++this.#directoryLinks > maxDirectoryLinks)
      throw refuse(this.#root, [{ path, code: 'too_many_links', message }]);
    return { key: `${name}/`, name, realPath: target, facts: undefined };
  }

  #resolveLink(path: string, link: string): string | undefined {
    try {
      return realPath(link);
    } catch (error) {
      if (systemCode(error) === 'ELOOP')
        return this.#refuse(path, 'link_loop', 'is a link that leads back to itself');
      const message = `is a link whose target doesn't exist (${systemErrorText(error)})`;
      return this.#refuse(path, 'link_dangling', message);
    }
  }

  /** @param items sorted, so that the same one of two clashing names is always refused */
  #withoutClashes(directory: Directory, items: readonly Item[]): Item[] {
    const clashOf = clashFinder();
    return items.filter(({ name }) => {
      const other = clashOf(name);
      if (other !== undefined)
        this.refusals.push(nameClash(directory.path + name, directory.path + other));
      return other === undefined;
    });
  }

  async #loadRules(): Promise<IgnoreRules> {
    if (this.#rules !== undefined) return this.#rules;
    const { IgnoreRules: Rules } = await import('./ignore-rules.ts');
    this.#rules = new Rules(this.#root, this.#options.ignoreFiles);
    return this.#rules;
  }

  async #pause(): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (this.#entriesLeft > 0) return;
    this.#entriesLeft = entriesPerTurn;
    await nextTurn();
    this.#options.signal.throwIfAborted();
  }

  #refuse(path: string, code: string, message: string): undefined {
    this.refusals.push({ path, code, message });
  }
}

function factsOf({ size, mtimeMs, ctimeMs }: Stats): Facts {
  return { sizeBytes: size, mtimeMs, ctimeMs };
}
