/** A folder as a new version: the deploy of the command line, told as data. */
import { resolve } from 'node:path';
import { type DeployEvents, deploy, factsOf } from '../deploy/deploy.ts';
import { oneVersion } from '../deploy/options.ts';
import type { Manifest } from '../project/manifest.ts';
import { resolveTarget } from '../project/target.ts';
import type { Connection } from './connection.ts';
import { silentHost } from './host.ts';
import type { Deployed, DeployOptions, DeployStep } from './types.ts';

/**
 * @param dir the built folder, or a project (a folder with lumio.config.json) in which it is found
 * @throws LumioError as `lumio deploy` would: refused and usage before anything is sent, conflict, rejected, timed_out, …
 */
export async function deployFolder(
  dir: string,
  options: DeployOptions,
  connection: Connection,
): Promise<Deployed> {
  const { client, world } = connection;
  const listExtensions = async () => (await client.listExtensions()).extensions;
  const target = (manifest: Manifest | undefined) =>
    resolveTarget({ flag: options.extension, env: world.env, manifest, listExtensions });
  const request = {
    given: dir,
    version: options.version,
    bump: oneVersion(options.version, options.bump),
    changelog: options.changelog,
    allow: options.allow ?? [],
    unversioned: 'refuse' as const,
    skipExisting: options.existing ?? 'refuse',
    waitMs: options.waitMs,
  };
  const deployWorld = {
    host: silentHost(connection, resolve(world.cwd, options.cwd ?? '')),
    target,
    client: async () => client,
    apiUrl: connection.apiUrl,
    prechecks: [],
    missing: 'first' as const,
  };
  return deploy(request, deployWorld, eventsOf(options.onStep ?? (() => {})));
}

function eventsOf(tell: (step: DeployStep) => void): DeployEvents {
  return {
    onSelected: () => {},
    onPacking: (doneBytes, totalBytes) => tell({ step: 'packing', doneBytes, totalBytes }),
    onPacked: (bundle) => tell({ step: 'packed', bundle: factsOf(bundle) }),
    onTarget: ({ id }, version) => tell({ step: 'target', extensionId: id, version }),
    onProgress: (sentBytes, totalBytes) => tell({ step: 'uploading', sentBytes, totalBytes }),
    onSettling: () => tell({ step: 'settling' }),
    onSubmitted: (version) => tell({ step: 'submitted', version }),
    onReview: (version) => tell({ step: 'review', version }),
    onTrouble: (error) => tell({ step: 'trouble', error }),
  };
}
