/** All commands. */
import type { Command, Group, Registry } from '../cli/command.ts';
import { api } from './api.ts';
import { complete, completion } from './completion.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import {
  extensionsCreate,
  extensionsDelete,
  extensionsGet,
  extensionsList,
  extensionsUpdate,
} from './extensions.ts';
import { commandsCommand, help } from './help.ts';
import { init } from './init.ts';
import { installsStats } from './installs.ts';
import { login, logout } from './login.ts';
import { open } from './open.ts';
import { pack } from './pack.ts';
import { profilesList, whoami } from './profiles.ts';
import { sandboxExec, sandboxStart } from './sandbox.ts';
import { secretsDelete, secretsList, secretsSet } from './secrets.ts';
import { secretsImport } from './secrets-import.ts';
import { status } from './status.ts';
import { versionsGet, versionsList, versionsWait } from './versions.ts';

const groups: readonly Group[] = [
  { name: 'extensions', summary: 'Manage your extensions', aliases: ['ext'] },
  { name: 'profiles', summary: 'List the stored API keys', aliases: [] },
  { name: 'versions', summary: 'List versions and wait for reviews', aliases: [] },
  { name: 'installs', summary: 'Show how many users an extension has', aliases: [] },
  { name: 'secrets', summary: 'Manage the secrets of an extension', aliases: ['env'] },
  { name: 'sandbox', summary: 'Run the API on this machine', aliases: [] },
];

const hiddenAliases: Registry['hiddenAliases'] = {
  extensions: ['extension'],
  versions: ['version'],
  installs: ['install'],
  profiles: ['profile'],
  secrets: ['secret'],
  list: ['ls'],
  get: ['show', 'view'],
  create: ['add', 'new'],
  set: ['add'],
  delete: ['rm', 'remove', 'unset'],
  deploy: ['publish', 'upload'],
  init: ['link'],
};

const pointers: Registry['pointers'] = {
  'auth status': 'whoami',
  'auth switch': 'profiles list',
  'auth token': 'whoami',
  config: 'help configuration',
  create: 'extensions create',
  dev: 'sandbox start',
  list: 'extensions list',
  ls: 'extensions list',
  unset: 'secrets delete',
};

const sections: Registry['sections'] = [
  {
    title: 'Start',
    entries: {
      login: 'Store an API key',
      logout: 'Delete a stored API key',
      whoami: 'Show the active API key',
      profiles: 'List the stored API keys',
      init: 'Link this directory to an extension',
    },
  },
  {
    title: 'Ship',
    entries: {
      deploy: 'Submit a built directory',
      pack: 'Create the archive without uploading',
      versions: 'List versions and wait for reviews',
      status: 'Show the linked extension',
      open: 'Open the dashboard or store page',
    },
  },
  {
    title: 'Manage',
    entries: {
      extensions: 'Manage your extensions',
      secrets: 'Manage the secrets of an extension',
      installs: 'Show how many users an extension has',
    },
  },
  {
    title: 'Tools',
    entries: {
      sandbox: 'Run the API on this machine',
      api: 'Make an authenticated API request',
      doctor: 'Find problems with the setup',
      completion: 'Print a shell completion script',
      commands: 'List all commands',
      help: 'Explain a command or a topic',
    },
  },
];

const commands: readonly Command[] = [
  login,
  logout,
  whoami,
  profilesList,
  init,
  status,
  open,
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

export const registry: Registry = {
  commands,
  hiddenCommands: [complete],
  groups,
  sections,
  hiddenAliases,
  pointers,
};
