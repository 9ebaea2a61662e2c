/** A sandbox whose stored secrets can be read: the API never returns values. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

export interface SecretSandbox extends TestSandbox {
  /** key → value of the example extension, as they are on disk. */
  stored(this: void): Promise<Readonly<Record<string, string>>>;
}

export async function openSecretSandbox(
  options: Partial<SandboxOptions> = {},
): Promise<SecretSandbox> {
  const dataDir = await temporaryDirectory();
  const sandbox = await openSandbox({ dataDir, ...options });
  const stored = async (): Promise<Record<string, string>> => {
    const state: unknown = JSON.parse(await readFile(join(dataDir, 'state.json'), 'utf8'));
    const secrets = at(state, 'extensions', 0, 'secrets');
    if (!Array.isArray(secrets)) throw new Error('the sandbox has no list of secrets');
    return Object.fromEntries(
      secrets.map((entry: unknown) => [String(at(entry, 'key')), String(at(entry, 'value'))]),
    );
  };
  return { ...sandbox, env: { ...sandbox.env, LUMIO_EXTENSION: exampleId }, stored };
}
