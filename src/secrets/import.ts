/** Plans and carries out `secrets import`. A key that fails doesn't stop the others. */
import type { Client } from '../api/client.ts';
import { type LumioError, asLumioError, signalErrors } from '../errors.ts';
import type { Assignment } from '../project/dotenv.ts';

/** `keep`: on the server but not in the file. */
export type ImportAction = 'add' | 'replace' | 'keep' | 'delete';

export interface PlannedSecret {
  readonly key: string;
  readonly action: ImportAction;
  /** For `add` and `replace`. */
  readonly value: string | undefined;
}

export interface ImportResult extends PlannedSecret {
  /** `planned`: not tried. */
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly error: LumioError | undefined;
}

export interface ImportEvents {
  onStart(secret: PlannedSecret): void;
  onFailed(secret: PlannedSecret, error: LumioError): void;
}

/** After this many failures in a row to reach the service, each after its retries, the rest is skipped. */
const maxUnreachable = 3;

/**
 * Values can't be read back, so a key in both places is always replaced.
 * @param existing names of the secrets on the server
 * @param missing action for those that are not in the file
 * @returns the keys of the file in its order, then the others in the server's order
 */
export function planImport(
  assignments: readonly Assignment[],
  existing: readonly string[],
  missing: 'keep' | 'delete',
): PlannedSecret[] {
  const inFile = new Set(assignments.map(({ key }) => key));
  const onServer = new Set(existing);
  return [
    ...assignments.map(({ key, value }): PlannedSecret => ({
      key,
      action: onServer.has(key) ? 'replace' : 'add',
      value,
    })),
    ...[...onServer]
      .filter((key) => !inFile.has(key))
      .map((key): PlannedSecret => ({ key, action: missing, value: undefined })),
  ];
}

/**
 * Sets first, then deletes, which needs every set to have succeeded.
 * @returns one result per planned secret, in the same order
 */
export async function applyImport(
  plan: readonly PlannedSecret[],
  { client, extensionId }: { client: Client; extensionId: string },
  events: ImportEvents = { onStart: () => {}, onFailed: () => {} },
): Promise<ImportResult[]> {
  const results: ImportResult[] = [];
  let hasFailed = false;
  let isStopped = false;
  for (const secret of plan) {
    const { action } = secret;
    const isSkipped = isStopped || (action === 'delete' && hasFailed);
    if (action === 'keep' || isSkipped) {
      const outcome = action === 'keep' ? 'done' : 'planned';
      results.push({ ...secret, outcome, error: undefined });
      continue;
    }
    events.onStart(secret);
    const error = await send(client, extensionId, secret);
    results.push({ ...secret, outcome: error === undefined ? 'done' : 'failed', error });
    if (error === undefined) continue;
    events.onFailed(secret, error);
    if (action !== 'delete') hasFailed = true;
    isStopped = stopsAll(error) || isUnreachable(results);
  }
  return results;
}

async function send(
  client: Client,
  extensionId: string,
  { key, value }: PlannedSecret,
): Promise<LumioError | undefined> {
  try {
    if (value === undefined) await client.deleteSecret(extensionId, key);
    else await client.setSecret(extensionId, key, { value });
    return undefined;
  } catch (thrown) {
    return asLumioError(thrown);
  }
}

function stopsAll({ kind, problem }: LumioError): boolean {
  return signalErrors.includes(kind) || problem.status === 401;
}

function isUnreachable(results: readonly ImportResult[]): boolean {
  const last = results.slice(-maxUnreachable);
  return (
    last.length === maxUnreachable &&
    last.every(({ error }) => error?.kind === 'network' || error?.kind === 'rate_limited')
  );
}
