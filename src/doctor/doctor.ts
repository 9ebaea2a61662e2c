/** Checks everything between the user and the API. A failed check is a result, not an exception. */
import { version } from '../../package.json';
import { checkKeyForm, maskKey } from '../auth/credentials.ts';
import { carryOptions } from '../cli/global-options.ts';
import { higherThan } from '../project/version.ts';
import { isSemver } from '../shared/semver.ts';
import { checkApi, skipApi } from './api.ts';
import { type Check, type DoctorDeps, failed, ok, warning } from './check.ts';
import { checkNetwork } from './network.ts';
import { type Setting, checkBuilt, checkVersion, listSettings, readProject } from './project.ts';

export interface Diagnosis {
  readonly lumio: string;
  readonly node: string;
  readonly platform: string;
  readonly settings: readonly Setting[];
  readonly checks: readonly Check[];
  /** 0, or the exit code of the first failed check. */
  readonly exitCode: number;
}

/**
 * @param options `extension`: `-e`
 * @throws the host's reason if the process is interrupted
 */
export async function diagnose(
  options: { extension: string | undefined; checkUpdates: boolean },
  deps: DoctorDeps,
): Promise<Diagnosis> {
  const { host } = deps;
  const { extension } = options;
  const { files, checks: fileChecks } = await readProject(deps);
  const { check: keyCheck, key } = await checkKey(deps);
  const networkChecks = await checkNetwork(deps);
  const lost = networkChecks.find(({ status }) => status === 'failed');
  const apiChecks =
    lost === undefined ? await checkApi({ key, extension, files }, deps) : skipApi(lost.name);
  const updateChecks = options.checkUpdates ? [await checkUpdates(deps)] : [];
  host.signal.throwIfAborted();
  const checks = [
    ok('node', `lumio ${version} on Node.js ${host.nodeVersion} (${host.platform})`),
    ...updateChecks,
    ...fileChecks,
    keyCheck,
    ...networkChecks,
    ...apiChecks,
    checkVersion(files),
    await checkBuilt(files, deps),
  ];
  return {
    lumio: version,
    node: host.nodeVersion,
    platform: host.platform,
    settings: await listSettings(extension, files, deps),
    checks: checks.map((check) => ({
      ...check,
      next: check.next && carryOptions(check.next, deps.globals),
    })),
    exitCode: checks.find(({ error }) => error !== undefined)?.error?.exitCode ?? 0,
  };
}

/** @returns the key, if there is one that can be sent */
async function checkKey(deps: DoctorDeps): Promise<{ check: Check; key: string | undefined }> {
  try {
    const { key, label, hides } = await deps.credentials.active();
    const found = `${maskKey(key)}, from ${label}`;
    const problems = [
      ...checkKeyForm(key, label),
      ...hides.map((hidden) => `${label} takes precedence over ${hidden}.`),
    ];
    if (problems.length === 0) return { check: ok('key', found), key };
    const hint = 'To use another key, unset the variable or store the right key with lumio login.';
    return { check: warning('key', `${found}. ${problems.join(' ')}`, hint), key };
  } catch (thrown) {
    return { check: failed('key', thrown), key: undefined };
  }
}

/** npm itself retries for minutes. */
const npmTimeoutMs = 20_000;
const npmCommand = ['npm', 'view', 'lumio', 'version'] as const;

/** Asks npm, so that the registry and proxy settings of the user apply. */
async function checkUpdates({ host }: DoctorDeps): Promise<Check> {
  const { captureOutput } = await import('../shared/child-process.ts');
  // On Windows a program in the working directory would be found before npm.
  const { env, signal } = host;
  const cwd = host.platform === 'win32' ? host.tempDir : host.cwd;
  const latest = await captureOutput(npmCommand, { cwd, env, signal }, npmTimeoutMs).catch(
    () => '',
  );
  if (!isSemver(latest.trim()))
    return warning(
      'update',
      "Can't get the latest version from npm.",
      'Check the network and your npm settings.',
      npmCommand.join(' '),
    );
  const newer = higherThan(version, [latest.trim()]);
  if (newer === undefined) return ok('update', `${version} is the latest version`);
  return warning(
    'update',
    `lumio ${newer} is available. This is ${version}.`,
    'Update lumio where it is installed: globally, or in the package.json of your project.',
    `npm install --global lumio@${newer}`,
  );
}
