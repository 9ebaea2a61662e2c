/** Files, keys and environment variables that lumio reads. */
import type { Row } from '../cli/help.ts';
import type { Registry } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { longFlag, type ParameterSpec } from '../cli/parameters.ts';

interface Setting {
  readonly file: string;
  readonly key: string;
  readonly meaning: string;
  readonly default?: string;
  readonly example?: unknown;
}

const manifest = 'lumio.config.json';
const packageFile = 'package.json#lumio';

export const settings: readonly Setting[] = [
  {
    file: manifest,
    key: 'extensionId',
    meaning: 'extension that this directory is linked to',
    example: 'ext_01j9k2m3n4p5q6r7',
  },
  {
    file: manifest,
    key: 'version',
    meaning: 'version to deploy',
    default: 'version in package.json',
    example: '1.3.0',
  },
  {
    file: manifest,
    key: 'name',
    meaning: 'name of an extension that lumio init creates',
    default: 'name in package.json',
  },
  {
    file: manifest,
    key: 'description',
    meaning: 'short description of an extension that lumio init creates',
  },
  {
    file: packageFile,
    key: 'outDir',
    meaning: 'built directory, relative to the project',
    default: 'dist, else .lumio-dist',
    example: 'build',
  },
  {
    file: packageFile,
    key: 'allow',
    meaning: 'secret scan findings to allow: rules, paths or globs',
    default: 'nothing',
    example: ['google-key'],
  },
  {
    file: packageFile,
    key: 'changelog',
    meaning: 'changelog file, relative to the project',
    default: 'CHANGELOG.md, CHANGES.md or HISTORY.md',
    example: 'docs/CHANGELOG.md',
  },
  {
    file: packageFile,
    key: 'profile',
    meaning: 'profile (stored API key) to use',
    default: 'default',
    example: 'work',
  },
];

export const ignoreFile =
  '.lumioignore excludes files from the bundle, with the syntax of .gitignore. It ' +
  'applies in the project and in the built directory. A rule such as !node_modules ' +
  'includes files that are excluded by default.';

export const precedence =
  'Precedence: option, environment variable, project, profile, default. ' +
  'See lumio help environment.';

export function settingRow({ file, key, meaning, ...setting }: Setting): Row {
  const notes = [
    setting.default === undefined ? '' : `default: ${setting.default}`,
    setting.example === undefined ? '' : `example: ${JSON.stringify(setting.example)}`,
  ].filter((note) => note !== '');
  const name = `${file} ${key}`;
  return [name, notes.length === 0 ? meaning : `${meaning} (${notes.join('; ')})`];
}

export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** The option with the same effect. */
  readonly option?: string;
}

/** Read elsewhere than for an option; a test compares this list with the sources. */
const others: Readonly<Record<string, string>> = {
  LUMIO_API_KEY: 'API key; overrides LUMIO_TOKEN and stored keys',
  LUMIO_TOKEN: 'Alternative to LUMIO_API_KEY; overrides stored keys',
  LUMIO_API_KEY_FILE: 'File that contains the API key; overrides stored keys',
  LUMIO_CONFIG_DIR: "Directory for stored keys (default: the platform's configuration directory)",
  XDG_CONFIG_HOME:
    'Parent of the default LUMIO_CONFIG_DIR on Unix, except macOS (default: ~/.config)',
  XDG_CACHE_HOME:
    'Directory where completion caches values from the API for a minute (default: ~/.cache)',
  APPDATA: 'Configuration directory on Windows; LOCALAPPDATA is for the completion cache',
  HOME: 'Home directory; USERPROFILE on Windows',
  HTTPS_PROXY: 'Proxy for https URLs (default port: 1080); lower case takes precedence',
  HTTP_PROXY: 'Proxy for http URLs; lower case takes precedence',
  ALL_PROXY: 'Proxy for URLs that no other variable covers; lower case takes precedence',
  NO_PROXY: 'Hosts, domains and subnets that bypass the proxy; lower case takes precedence',
  NODE_EXTRA_CA_CERTS: 'PEM file with additional certificate authorities (read by Node.js)',
  NODE_TLS_REJECT_UNAUTHORIZED: '0 disables certificate verification (insecure; read by Node.js)',
  SOURCE_DATE_EPOCH:
    'Modification time of the files in an archive, in seconds since 1970 (default: 1985-10-26)',
  FORCE_COLOR: 'Enables colors everywhere; 0 disables them',
  CLICOLOR_FORCE: 'Enables colors everywhere, unless it is 0',
  CLICOLOR: '0 disables colors',
  TERM: '"dumb" disables colors and animation',
  LANG: 'Locale, for Unicode support; LC_ALL and LC_CTYPE take precedence',
  GITHUB_ACTIONS:
    '"true" enables outputs, a job summary and annotations (GITHUB_OUTPUT, GITHUB_STEP_SUMMARY)',
  TF_BUILD: 'Set by Azure Pipelines; lumio then neutralizes logging commands in its output',
  TEAMCITY_VERSION: 'Set by TeamCity; lumio then neutralizes service messages in its output',
};

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
  const rest = Object.entries(others).map(([name, meaning]) => ({ name, meaning }));
  return [...byName.values(), ...rest];
}
