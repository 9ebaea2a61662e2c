/** An archive from disk as a new version. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '../api/client.ts';
import { LumioError, systemErrorText } from '../errors.ts';
import { readEnvironment } from './environment.ts';
import type { Version } from '../api/resources.ts';
import type { Recovered, Submission } from './types.ts';

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
  const { versions } = await client.listVersions(id);
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
