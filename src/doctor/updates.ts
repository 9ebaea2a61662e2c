/** Asks npm for the latest version, so that the user's registry and proxy settings apply. */
import { higherThan } from '../project/version.ts';
import { captureOutput } from '../shared/child-process.ts';
import { isSemver } from '../shared/semver.ts';
import { type Check, type DoctorDeps, ok, warning } from './check.ts';

/** npm itself retries for minutes. */
const timeoutMs = 20_000;
const command = ['npm', 'view', 'lumio', 'version'] as const;

export async function checkUpdates({ host, version }: DoctorDeps): Promise<Check> {
  // On Windows a program in the working directory would be found before npm.
  const { env, signal } = host;
  const cwd = host.platform === 'win32' ? host.tempDir : host.cwd;
  const latest = await captureOutput(command, { cwd, env, signal }, timeoutMs).catch(() => '');
  if (!isSemver(latest.trim()))
    return warning(
      'update',
      "Can't find out the latest version from npm.",
      'Check the network and your npm settings.',
      command.join(' '),
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
