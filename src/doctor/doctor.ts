/** From here to the API: what works, what does not, what to do. A finding is no error of the diagnosis. */
import { checkApi, skipApi } from './api.ts';
import type { Check } from './check.ts';
import { checkKey } from './key.ts';
import { checkNode } from './machine.ts';
import { checkNetwork } from './network.ts';
import { checkBuilt, checkVersion, readProject } from './project.ts';
import { type Setting, listSettings } from './settings.ts';
import type { DoctorDeps } from './world.ts';

export interface Diagnosis {
  readonly lumio: string;
  readonly node: string;
  readonly platform: string;
  readonly settings: readonly Setting[];
  readonly checks: readonly Check[];
  /** 0, or the exit code of the first check that failed. */
  readonly exitCode: number;
}

/**
 * @param extension `-e`
 * @throws the host's reason once the process is to end: what was broken off is nothing that was found
 */
export async function diagnose(
  extension: string | undefined,
  world: DoctorDeps,
): Promise<Diagnosis> {
  const { host, version } = world;
  const { files, checks: ofFiles } = await readProject(world);
  const { check: ofKey, key } = await checkKey(world);
  const ofNetwork = await checkNetwork(world);
  const given = { key, extension, files };
  const lost = ofNetwork.find(({ status }) => status === 'failed');
  const ofApi = lost === undefined ? await checkApi(given, world) : skipApi(lost.name);
  host.signal.throwIfAborted();
  const checks = [
    checkNode(world),
    ...ofFiles,
    ofKey,
    ...ofNetwork,
    ...ofApi,
    checkVersion(files),
    await checkBuilt(files, world),
  ];
  const exitCode = checks.find(({ error }) => error !== undefined)?.error?.exitCode ?? 0;
  return {
    lumio: version,
    node: host.nodeVersion,
    platform: host.platform,
    settings: listSettings(extension, files, world),
    checks,
    exitCode,
  };
}
