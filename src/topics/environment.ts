/** Every environment variable that lumio reads. */
import type { Registry } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { longFlag, type ParameterSpec } from '../cli/parameters.ts';

export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** The option with the same effect. */
  readonly option?: string;
}

/** Read elsewhere than for an option; a test compares this list with the sources. */
const others: readonly Variable[] = [
  { name: 'LUMIO_API_KEY', meaning: 'API key; overrides LUMIO_TOKEN and stored keys' },
  { name: 'LUMIO_TOKEN', meaning: 'API key under its other name; overrides stored keys' },
  {
    name: 'LUMIO_API_KEY_FILE',
    meaning: 'file that contains the API key; overrides stored keys',
  },
  {
    name: 'LUMIO_CONFIG_DIR',
    meaning: "directory of the stored keys (default: the platform's directory for settings)",
  },
  {
    name: 'XDG_CONFIG_HOME',
    meaning: 'parent of that directory on Linux and other Unix systems (default: ~/.config)',
  },
  {
    name: 'XDG_CACHE_HOME',
    meaning: 'where completion keeps values from the API for a minute (default: ~/.cache)',
  },
  { name: 'APPDATA', meaning: 'settings on Windows; LOCALAPPDATA for the completion cache' },
  { name: 'HOME', meaning: 'home directory; USERPROFILE on Windows' },
  { name: 'HTTPS_PROXY', meaning: 'proxy for https URLs; lower case takes precedence' },
  { name: 'HTTP_PROXY', meaning: 'proxy for http URLs; lower case takes precedence' },
  {
    name: 'ALL_PROXY',
    meaning: 'proxy for URLs that have no proxy of their own; lower case takes precedence',
  },
  {
    name: 'NO_PROXY',
    meaning: 'hosts, domains and subnets without a proxy; lower case takes precedence',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    meaning: 'PEM file with additional certificate authorities (read by Node.js)',
  },
  {
    name: 'NODE_TLS_REJECT_UNAUTHORIZED',
    meaning: '0 disables the verification of certificates (insecure; read by Node.js)',
  },
  {
    name: 'SOURCE_DATE_EPOCH',
    meaning:
      'modification time of the files in an archive, in seconds since 1970 (default: 1985-10-26)',
  },
  { name: 'FORCE_COLOR', meaning: 'colours everywhere; 0 disables them' },
  { name: 'CLICOLOR_FORCE', meaning: 'colours everywhere, unless it is 0' },
  { name: 'CLICOLOR', meaning: '0 disables colours' },
  { name: 'TERM', meaning: 'dumb disables colours and animation' },
  {
    name: 'LANG',
    meaning: 'whether the terminal has Unicode; LC_ALL and LC_CTYPE take precedence',
  },
  {
    name: 'GITHUB_ACTIONS',
    meaning:
      'true writes outputs, a job summary and annotations (GITHUB_OUTPUT, GITHUB_STEP_SUMMARY)',
  },
];

/** Variables of options first, in the order of the help. */
export function environment({ commands }: Registry): readonly Variable[] {
  const specs: ParameterSpec<unknown>[] = [
    ...Object.values(globalOptions),
    ...commands.flatMap(({ args, options }) => [...Object.values(args), ...Object.values(options)]),
  ];
  const byName = new Map<string, Variable>();
  for (const { env, description, flags } of specs) {
    if (env !== undefined && !byName.has(env))
      byName.set(env, { name: env, meaning: description, option: longFlag(flags) });
  }
  return [...byName.values(), ...others];
}
