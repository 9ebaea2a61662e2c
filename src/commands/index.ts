/** All commands, in the order of the help. */
import type { Command } from '../cli/command.ts';
import { api } from './api.ts';
import { commandsCommand } from './commands.ts';
import { complete } from './complete.ts';
import { completion } from './completion.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { extensionsCreate } from './extensions/create.ts';
import { extensionsDelete } from './extensions/delete.ts';
import { extensionsGet } from './extensions/get.ts';
import { extensionsList } from './extensions/list.ts';
import { extensionsUpdate } from './extensions/update.ts';
import { help } from './help.ts';
import { init } from './init.ts';
import { installsStats } from './installs.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { pack } from './pack.ts';
import { sandboxExec } from './sandbox/exec.ts';
import { sandboxStart } from './sandbox/start.ts';
import { secretsDelete } from './secrets/delete.ts';
import { secretsImport } from './secrets/import.ts';
import { secretsList } from './secrets/list.ts';
import { secretsSet } from './secrets/set.ts';
import { versionsGet } from './versions/get.ts';
import { versionsList } from './versions/list.ts';
import { versionsWait } from './versions/wait.ts';
import { whoami } from './whoami.ts';

/** A word that several commands share. */
export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly aliases: readonly string[];
}

export const groups: readonly Group[] = [
  { name: 'extensions', summary: 'Your extensions', aliases: ['ext'] },
  { name: 'versions', summary: 'The versions of an extension', aliases: [] },
  { name: 'installs', summary: 'Who uses an extension', aliases: [] },
  { name: 'secrets', summary: 'The secrets of an extension', aliases: ['env'] },
  { name: 'sandbox', summary: 'The whole API on this machine', aliases: [] },
];

/** What people write for a name out of habit: it works, and stands in no help and no list. */
const habits: Readonly<Record<string, readonly string[]>> = {
  extensions: ['extension'],
  versions: ['version'],
  installs: ['install'],
  secrets: ['secret'],
  list: ['ls'],
  get: ['show'],
  delete: ['rm', 'remove'],
  deploy: ['publish', 'upload'],
  init: ['link'],
};

/** The other words for a name of the tree, those that are told first. */
export function aliasesOf(name: string): readonly string[] {
  return [...(groups.find((group) => group.name === name)?.aliases ?? []), ...(habits[name] ?? [])];
}

/** Whether a word is a name of the tree, or another word for it. */
export function matches(word: string, name: string): boolean {
  return word === name || aliasesOf(name).includes(word);
}

export const commands: readonly Command[] = [
  login,
  logout,
  whoami,
  init,
  extensionsList,
  extensionsGet,
  extensionsCreate,
  extensionsUpdate,
  extensionsDelete,
  versionsList,
  versionsGet,
  versionsWait,
  deploy,
  pack,
  installsStats,
  secretsSet,
  secretsList,
  secretsDelete,
  secretsImport,
  api,
  sandboxStart,
  sandboxExec,
  doctor,
  completion,
  commandsCommand,
  help,
];

/** They run like the others, and stand in no help and no list. */
export const hiddenCommands: readonly Command[] = [complete];
