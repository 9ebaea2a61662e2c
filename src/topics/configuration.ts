/** `lumio help configuration`: files and keys that lumio reads. */
import type { Row } from '../cli/help.ts';

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
    meaning: 'what the secret scan allows: rules, paths or globs',
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
    meaning: 'stored API key to use',
    default: 'default',
    example: 'work',
  },
];

export const ignoreFile =
  '.lumioignore has gitignore rules for files that are not packed. It applies in the ' +
  'project and in the built directory. A rule such as !node_modules packs what is left ' +
  'out by default.';

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
