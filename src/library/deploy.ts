/**
 * `LumioClient.deploy`, the deploy of the command line without a terminal, and
 * `LumioClient.submitVersion`.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Client } from '../api/client.ts';
import type { Version } from '../api/resources.ts';
import { deploy } from '../deploy/deploy.ts';
import { type DeployReport, type DeployStep, followSteps } from '../deploy/steps.ts';
import { conflictingOptions, LumioError, systemErrorText } from '../errors.ts';
import type { Host, OutputStream } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import { namedTarget, resolveTarget } from '../project/target.ts';
import type { Connection } from './connection.ts';
import { clock, readEnvironment } from './environment.ts';
import type { DeployOptions, Recovered, Submission } from './types.ts';

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
  const listExtensions = async () => (await client.call('listExtensions')).extensions;
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
  const { signal } = connection;
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return followSteps(deploy(input, deps), async (step: DeployStep) => {
    try {
      // After an abort, the next step fails, and reports what may have happened.
      await Promise.race([options.onStep?.(step), aborted]);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  });
}

const discard: OutputStream = {
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
    stdout: discard,
    stderr: discard,
    clock,
    signal,
    prompter: () =>
      Promise.reject(
        new LumioError('usage', { code: 'missing_input', message: 'The library never prompts.' }),
      ),
  };
}

/** @throws LumioError refused when the archive can't be read, before anything is sent */
export async function submitArchive(
  client: Client,
  id: string,
  { bundlePath, version, changelog }: Submission,
): Promise<{ readonly version: Version } & Recovered> {
  const path = resolve(readEnvironment().cwd, bundlePath);
  const { size } = await stat(path).catch((error: unknown) =>
    Promise.reject(unreadable(path, error)),
  );
  const { versions } = await client.call('listVersions', { id });
  const { response, recovered } = await client.submitVersion(id, {
    version,
    changelog,
    bundlePath: path,
    bundleSizeBytes: size,
    known: versions.map((listed) => listed.id),
  });
  return { ...response, recovered };
}

function unreadable(path: string, cause: unknown): LumioError {
  return new LumioError('refused', {
    code: 'bundle_unreadable',
    message: `The archive ${path} can't be read (${systemErrorText(cause)}).`,
    hint: 'Specify the path of a .tar.gz file.',
    cause,
  });
}
