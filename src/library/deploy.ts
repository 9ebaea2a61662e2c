/** `LumioClient.deploy`: the deploy of the command line without a terminal. */
import { resolve } from 'node:path';
import { deploy } from '../deploy/deploy.ts';
import { type DeployReport, type DeployStep, followSteps } from '../deploy/steps.ts';
import { conflictingOptions, LumioError } from '../errors.ts';
import type { Manifest } from '../project/manifest.ts';
import { namedTarget, resolveTarget } from '../project/target.ts';
import type { Connection } from './connection.ts';
import type { DeployOptions } from './types.ts';
import { Readable } from 'node:stream';
import type { Host, OutputStream } from '../host.ts';
import { clock } from './environment.ts';

/**
 * @param path a built directory, or a project that contains one
 * @throws LumioError as `lumio deploy`; whatever `onStep` throws
 */
export async function deployDirectory(
  path: string,
  options: DeployOptions,
  connection: Connection,
): Promise<DeployReport> {
  const { client, environment, apiUrl } = connection;
  if (options.version !== undefined && options.bump !== undefined)
    throw conflictingOptions("`version` and `bump` can't be combined.", 'Use one of them.');
  const listExtensions = async () => (await client.listExtensions()).extensions;
  const sources = (manifest: Manifest | undefined) => ({
    flag: options.extension,
    env: environment.env,
    manifest,
    listExtensions,
  });
  const input = {
    path,
    version: options.version,
    bump: options.bump,
    changelog: options.changelog,
    allow: options.allow ?? [],
    requiresVersion: true,
    skipExisting: options.existing === 'skip',
    waitMs: options.waitMs,
  };
  const deps = {
    host: silentHost(connection, resolve(environment.cwd, options.cwd ?? '')),
    apiUrl,
    reportsAllMissing: false,
    checkKey: async () => ({ key: connection.apiKey }),
    namedTarget: async (manifest: Manifest | undefined) => namedTarget(sources(manifest)),
    target: (manifest: Manifest | undefined) => resolveTarget(sources(manifest)),
    client: async () => client,
  };
  return followSteps(deploy(input, deps), async (step: DeployStep) => {
    try {
      await options.onStep?.(step);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  });
}

const nowhere: OutputStream = {
  isTerminal: false,
  columns: () => undefined,
  write: async () => {},
};

/** No input, no output, no prompts. @param cwd absolute path that the deploy starts from */
function silentHost({ environment, signal }: Connection, cwd: string): Host {
  return {
    ...environment,
    argv: [],
    cwd,
    stdin: { isTerminal: false, stream: () => Readable.from([]) },
    stdout: nowhere,
    stderr: nowhere,
    clock,
    signal,
    prompter: () =>
      Promise.reject(
        new LumioError('usage', { code: 'missing_input', message: 'The library never prompts.' }),
      ),
  };
}
