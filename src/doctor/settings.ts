/** The values that commands use, and where they come from. */
import { shownApiUrl } from '../api/api-url.ts';
import { baseUrl } from '../api/api-url.ts';
import { type GlobalOptions, globalOptions } from '../cli/global-options.ts';
import type { Host } from '../host.ts';
import { namedTarget } from '../project/target.ts';
import type { DoctorDeps } from './check.ts';
import type { ProjectFiles } from './project.ts';

export interface Setting {
  readonly name: string;
  readonly value: string | number;
  /** An option, a variable, a path, or `default`. */
  readonly source: string;
}

/** @param extension `-e` */
export function listSettings(
  extension: string | undefined,
  { manifest, packageJson }: ProjectFiles,
  { host, globals }: DoctorDeps,
): Setting[] {
  const sources = { flag: extension, env: host.env, manifest };
  const version = manifest?.version === undefined ? packageJson : manifest;
  return [
    {
      name: 'api-url',
      value: shownApiUrl(globals.apiUrl),
      source: sourceOf('apiUrl', globals, host),
    },
    { name: 'profile', value: globals.profile, source: sourceOf('profile', globals, host) },
    { name: 'timeout-ms', value: globals.timeoutMs, source: sourceOf('timeout', globals, host) },
    { name: 'max-wait-ms', value: globals.maxWaitMs, source: sourceOf('maxWait', globals, host) },
    ...extensionSetting(sources),
    ...(version?.version === undefined
      ? []
      : [{ name: 'version', value: version.version, source: version.path }]),
  ];
}

/** None if it is missing or invalid, which a check reports. */
function extensionSetting(sources: Parameters<typeof namedTarget>[0]): Setting[] {
  try {
    const { value, sourceLabel } = namedTarget(sources);
    return [{ name: 'extension', value, source: sourceLabel }];
  } catch {
    return [];
  }
}

function sourceOf(
  key: 'apiUrl' | 'profile' | 'timeout' | 'maxWait',
  { explicit, apiUrl, profile }: GlobalOptions,
  { env }: Host,
): string {
  const spec = globalOptions[key];
  if (explicit.includes(key)) return spec.flags.split(' ', 1)[0] ?? spec.flags;
  const { env: name } = spec;
  if (name !== undefined && (env[name] ?? '') !== '') return name;
  return key === 'apiUrl' && apiUrl !== baseUrl ? `the profile "${profile}"` : 'default';
}
