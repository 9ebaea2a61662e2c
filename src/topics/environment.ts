/** Every environment variable that counts: those that stand for an option, from the definitions, and those that are read elsewhere. */
import { type ParameterSpec, longFlag } from '../cli/command.ts';
import { commands } from '../commands/index.ts';
import { globalOptions } from '../cli/global-options.ts';

export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** The option that it stands for. */
  readonly option?: string;
}

/** Read elsewhere than in an option; a test holds this list against the sources. */
const others: readonly Variable[] = [
  {
    name: 'LUMIO_API_KEY',
    meaning: 'the API key; counts before LUMIO_TOKEN and before a stored key',
  },
  { name: 'LUMIO_TOKEN', meaning: 'the API key under its other name; counts before a stored key' },
  {
    name: 'LUMIO_CONFIG_DIR',
    meaning: "folder of the stored keys (else the platform's folder for settings)",
  },
  {
    name: 'XDG_CONFIG_HOME',
    meaning: 'where that folder is, on Linux and other Unix systems (else ~/.config)',
  },
  {
    name: 'XDG_CACHE_HOME',
    meaning: 'where what completion has just learned is kept for a minute (else ~/.cache)',
  },
  {
    name: 'APPDATA',
    meaning: 'where settings are, on Windows; LOCALAPPDATA for what completion has learned',
  },
  { name: 'HOME', meaning: 'the home folder; USERPROFILE on Windows' },
  { name: 'HTTPS_PROXY', meaning: 'proxy for https addresses; also in lower case, which wins' },
  { name: 'HTTP_PROXY', meaning: 'proxy for http addresses; also in lower case, which wins' },
  {
    name: 'NO_PROXY',
    meaning:
      'hosts, domains and subnets that are reached without a proxy; also in lower case, which wins',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    meaning: 'PEM file with further certificate authorities; read by Node itself',
  },
  {
    name: 'SOURCE_DATE_EPOCH',
    meaning: 'modification time of the files in an archive, in seconds since 1970 (else 0)',
  },
  { name: 'FORCE_COLOR', meaning: 'colour also where it would be left out; 0 for none' },
  { name: 'TERM', meaning: 'dumb: no colour, no animation' },
  {
    name: 'LANG',
    meaning: 'whether the terminal has Unicode; LC_ALL and LC_CTYPE count before it',
  },
  {
    name: 'GITHUB_ACTIONS',
    meaning:
      'true: outputs, step summary and annotations of GitHub Actions, in GITHUB_OUTPUT and GITHUB_STEP_SUMMARY',
  },
];

/** @returns those of options first, in the order of the help */
export function environment(): readonly Variable[] {
  const specs: ParameterSpec<unknown>[] = [
    ...Object.values(globalOptions),
    ...commands.flatMap(({ args, options }) => Object.values(args).concat(Object.values(options))),
  ];
  const byName = new Map<string, Variable>();
  for (const { env, description, flags } of specs) {
    if (env !== undefined && !byName.has(env))
      byName.set(env, { name: env, meaning: description, option: longFlag(flags) });
  }
  return [...byName.values(), ...others];
}
