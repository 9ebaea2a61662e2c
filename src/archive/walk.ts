/** Goes through a folder in the order of the archive, and sorts what it meets into packed, left out and refused. */
import { type Dirent, type Stats, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemCode, systemErrorText } from '../errors.ts';
import { isInside } from '../shared/path-inside.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { clashKey, nameProblem, sortByBytes } from './file-names.ts';
import { type RefusedFile, kindOf, quote, refuse } from './refused-files.ts';

const ignoreFileName = '.lumioignore';
const alwaysLeftOut: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  '.DS_Store',
  'Thumbs.db',
  ignoreFileName,
]);

/** Links to folders can multiply folders and files without end (a folder with two links to the next, forty times over). */
const mostFolderLinks = 10_000;
const mostFiles = 1_000_000;

/** How many entries are looked at before Ctrl-C gets its turn. */
const entriesPerTurn = 2000;

interface Folder {
  /** Relative to the packed folder, ending with `/`; empty for that folder itself. */
  readonly path: string;
  readonly realPath: string;
  /** Real paths of the folders that led here, this one included: a link back to one of them is a loop. */
  readonly trail: readonly string[];
}

interface Item {
  /** The name, and `/` for a folder: their order is the order of the whole paths. */
  readonly key: string;
  readonly name: string;
  readonly realPath: string;
  /** Undefined for a folder. Not the whole `Stats`: a folder of a hundred thousand files would hold 100 MB of them. */
  readonly facts: Facts | undefined;
}

type Facts = Pick<SelectedFile, 'sizeBytes' | 'mtimeMs' | 'inode'>;

export interface SelectedFile {
  /** Relative to the folder, `/` separated: the name in the archive. */
  readonly path: string;
  /** Where its bytes are, with every link resolved. */
  readonly absolutePath: string;
  readonly sizeBytes: number;
  /** Time of the last change and inode when it was selected; packing refuses a file that is not the same any more. */
  readonly mtimeMs: number;
  readonly inode: number;
}

export class DirectoryWalk {
  readonly files: SelectedFile[] = [];
  readonly refusals: RefusedFile[] = [];
  ignoredCount = 0;
  excludedCount = 0;
  readonly #root: string;
  readonly #ignoreFiles: readonly string[];
  readonly #signal: AbortSignal;
  #rules: IgnoreRules | undefined;
  #entriesLeft = entriesPerTurn;
  #folderLinks = 0;

  /** @param root real path of the folder */
  constructor(root: string, options: { ignoreFiles: readonly string[]; signal: AbortSignal }) {
    this.#root = root;
    this.#ignoreFiles = options.ignoreFiles;
    this.#signal = options.signal;
  }

  /** The files whose rules left something out. */
  get ignoringFiles(): readonly string[] {
    return [...(this.#rules?.ignoringFiles ?? [])];
  }

  async run(): Promise<void> {
    if (this.#ignoreFiles.length > 0) await this.#loadRules();
    await this.#folder({ path: '', realPath: this.#root, trail: [this.#root] });
  }

  async #folder(folder: Folder): Promise<void> {
    const entries = this.#list(folder);
    if (entries.some((entry) => entry.name === ignoreFileName && !entry.isDirectory())) {
      const rules = await this.#loadRules();
      rules.addInner(join(folder.realPath, ignoreFileName), folder.path);
    }
    for (const { key, realPath, facts } of this.#withoutClashes(
      folder,
      await this.#items(folder, entries),
    )) {
      const path = folder.path + key;
      if (facts === undefined)
        await this.#folder({ path, realPath, trail: [...folder.trail, realPath] });
      else this.#add({ path, absolutePath: realPath, ...facts });
    }
  }

  async #items(folder: Folder, entries: readonly Dirent[]): Promise<Item[]> {
    const items: Item[] = [];
    await this.#pause();
    for (const entry of entries) {
      if (--this.#entriesLeft <= 0) await this.#pause();
      const item = this.#classify(folder, entry);
      if (item !== undefined) items.push(item);
    }
    return sortByBytes(items);
  }

  #add(file: SelectedFile): void {
    if (this.files.length === mostFiles)
      throw refuse(this.#root, [
        {
          path: file.path,
          code: 'too_many_files',
          message: `is one file too many: a bundle holds up to ${mostFiles}`,
        },
      ]);
    this.files.push(file);
  }

  #list(folder: Folder): Dirent[] {
    try {
      return readdirSync(folder.realPath, { withFileTypes: true });
    } catch (error) {
      this.#refuse(
        folder.path,
        folder.path === '' ? 'folder_unreadable' : 'file_unreadable',
        `can't be read (${systemErrorText(error)})`,
      );
      return [];
    }
  }

  #classify(folder: Folder, entry: Dirent): Item | undefined {
    const path = folder.path + entry.name;
    if (this.#isIgnored(path, entry)) {
      this.ignoredCount += 1;
      return undefined;
    }
    const problem = nameProblem(entry.name);
    if (problem !== undefined) return this.#refuse(path, problem.code, problem.message);
    const realPath = folder.realPath + (folder.realPath.endsWith(sep) ? '' : sep) + entry.name;
    if (entry.isDirectory())
      return { key: `${entry.name}/`, name: entry.name, realPath, facts: undefined };
    if (entry.isSymbolicLink())
      return this.#followLink(folder, path, { name: entry.name, realPath });
    if (!entry.isFile())
      return this.#refuse(
        path,
        'special_file',
        `is ${kindOf(entry)}; only files and folders can be packed`,
      );
    return this.#fileItem(path, { name: entry.name, realPath });
  }

  #fileItem(
    path: string,
    { name, realPath }: { name: string; realPath: string },
  ): Item | undefined {
    try {
      const stats = lstatSync(realPath, { throwIfNoEntry: false });
      if (stats?.isFile() === true) return { key: name, name, realPath, facts: factsOf(stats) };
    } catch (error) {
      return this.#refuse(path, 'file_unreadable', `can't be read (${systemErrorText(error)})`);
    }
    return this.#refuse(path, 'file_changed', 'vanished while the folder was read');
  }

  #followLink(
    folder: Folder,
    path: string,
    link: { name: string; realPath: string },
  ): Item | undefined {
    const target = this.#resolveLink(path, link.realPath);
    if (target === undefined) return undefined;
    if (!isInside(target, this.#root)) {
      return this.#refuse(
        path,
        'link_leaves_folder',
        `is a link that leaves the folder (to ${quote(target)})`,
      );
    }
    const stats = statSync(target);
    if (stats.isFile())
      return { key: link.name, name: link.name, realPath: target, facts: factsOf(stats) };
    if (!stats.isDirectory())
      return this.#refuse(
        path,
        'special_file',
        `is a link to ${kindOf(stats)}; only files and folders can be packed`,
      );
    if (folder.trail.includes(target))
      return this.#refuse(path, 'link_loop', 'is a link to a folder that it lies in itself');
    if (++this.#folderLinks > mostFolderLinks)
      throw refuse(this.#root, [
        {
          path,
          code: 'too_many_links',
          message: `is one link to a folder too many: up to ${mostFolderLinks} are followed`,
        },
      ]);
    return { key: `${link.name}/`, name: link.name, realPath: target, facts: undefined };
  }

  #resolveLink(path: string, realPath: string): string | undefined {
    try {
      return realpathSync.native(realPath);
    } catch (error) {
      const isLoop = systemCode(error) === 'ELOOP';
      if (isLoop) return this.#refuse(path, 'link_loop', 'is a link that leads back to itself');
      return this.#refuse(
        path,
        'link_dangling',
        `is a link to nothing (${systemErrorText(error)})`,
      );
    }
  }

  #isIgnored(path: string, entry: Dirent): boolean {
    if (alwaysLeftOut.has(entry.name)) {
      this.excludedCount += 1;
      return true;
    }
    if (this.#rules === undefined) return false;
    if (entry.isDirectory()) return this.#rules.ignores(`${path}/`);
    // A link may stand for a folder, so a rule for folders holds for it too.
    return this.#rules.ignores(path) || (entry.isSymbolicLink() && this.#rules.ignores(`${path}/`));
  }

  /** @param items sorted, so that of two names that clash always the same one is refused */
  #withoutClashes(folder: Folder, items: readonly Item[]): Item[] {
    const seen = new Map<string, string>();
    return items.filter(({ name }) => {
      const key = clashKey(name);
      const other = seen.get(key);
      if (other === undefined) return seen.set(key, name);
      this.#refuse(
        folder.path + name,
        'name_clash',
        `and ${quote(folder.path + other)} are one and the same file on Windows and macOS`,
      );
      return false;
    });
  }

  async #loadRules(): Promise<IgnoreRules> {
    if (this.#rules !== undefined) return this.#rules;
    const { IgnoreRules: Rules } = await import('./ignore-rules.ts');
    this.#rules = new Rules(this.#root, this.#ignoreFiles);
    return this.#rules;
  }

  async #pause(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#entriesLeft > 0) return;
    this.#entriesLeft = entriesPerTurn;
    await nextTurn();
    this.#signal.throwIfAborted();
  }

  #refuse(path: string, code: string, message: string): undefined {
    this.refusals.push({ path, code, message });
  }
}

function factsOf({ size, mtimeMs, ino }: Stats): Facts {
  return { sizeBytes: size, mtimeMs, inode: ino };
}
