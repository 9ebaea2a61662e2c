/** Plans, carries out and reports `secrets import`. A key that fails doesn't stop the others. */
import type { Client } from '../api/client.ts';
import { pathSegmentError } from '../api/api-url.ts';
import { LumioError, asLumioError, signalErrors } from '../errors.ts';
import type { Assignment } from './secrets-file.ts';

/** `keep`: on the server but not in the file. */
type ImportAction = 'add' | 'replace' | 'keep' | 'delete';

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

interface ImportTarget {
  readonly client: Client;
  readonly extensionId: string;
  /** A secret that someone else deleted counts as deleted. */
  readonly ignoresMissing?: boolean;
}

/**
 * After this many failures in a row to reach the service, each after its retries, the rest is
 * skipped.
 */
const maxUnreachable = 3;

/**
 * Values can't be read back, so a key in both places is always replaced.
 * @param existing names of the secrets on the server
 * @param missing action for those that aren't in the file
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

/** @throws LumioError usage if a secret to delete has a name that can't be part of a path */
export function checkDeletions(plan: readonly PlannedSecret[], extension: string): void {
  const names = plan
    .filter(({ action, key }) => action === 'delete' && pathSegmentError(key) !== undefined)
    .map(({ key }) => JSON.stringify(key));
  if (names.length === 0) return;
  throw new LumioError('usage', {
    code: 'invalid_secret_key',
    message: `${extension} has secrets that the API can't delete: ${names.join(', ')}.`,
    hint: 'Delete them in the dashboard, or remove --prune. Nothing was changed.',
  });
}

/**
 * Sets first, then deletes, which needs every set to have succeeded.
 * @returns one result per planned secret, in the same order
 */
export async function applyImport(
  plan: readonly PlannedSecret[],
  target: ImportTarget,
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
    const error = await send(secret, target);
    results.push({ ...secret, outcome: error === undefined ? 'done' : 'failed', error });
    if (error === undefined) continue;
    events.onFailed(secret, error);
    if (action !== 'delete') hasFailed = true;
    isStopped = isFatal(error) || isUnreachable(results);
  }
  return results;
}

async function send(
  { key, value }: PlannedSecret,
  { client, extensionId, ignoresMissing }: ImportTarget,
): Promise<LumioError | undefined> {
  try {
    if (value === undefined) await client.call('deleteSecret', { id: extensionId, key });
    else await client.call('setSecret', { id: extensionId, key }, { body: { value } });
    return undefined;
  } catch (thrown) {
    const error = asLumioError(thrown);
    if (value !== undefined || ignoresMissing !== true || error.problem.status !== 404)
      return error;
    return (await isListed(key, { client, extensionId })) ? error : undefined;
  }
}

/** Unknown counts as listed. */
async function isListed(key: string, { client, extensionId }: ImportTarget): Promise<boolean> {
  try {
    return (await client.call('listSecrets', { id: extensionId })).keys.includes(key);
  } catch {
    return true;
  }
}

function isFatal({ kind, problem }: LumioError): boolean {
  return signalErrors.includes(kind) || problem.status === 401;
}

function isUnreachable(results: readonly ImportResult[]): boolean {
  const last = results.slice(-maxUnreachable);
  return (
    last.length === maxUnreachable &&
    last.every(({ error }) => error?.kind === 'network' || error?.kind === 'rate_limited')
  );
}

/** One secret in the JSON document, without its value. */
export interface SecretReport {
  readonly key: string;
  readonly action: ImportAction;
  readonly outcome: ImportResult['outcome'];
  /** Of the value in UTF-8; null for `keep` and `delete`. */
  readonly sizeBytes: number | null;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly status: number | null;
    readonly mayHaveTakenEffect?: boolean | undefined;
  };
}

/** @returns the report of a secret */
export function reportSecret(
  { key, action, value }: PlannedSecret,
  outcome: ImportResult['outcome'] = 'planned',
  error?: LumioError,
): SecretReport {
  const sizeBytes = value === undefined ? null : Buffer.byteLength(value);
  if (error === undefined) return { key, action, outcome, sizeBytes };
  const { code, message, status = null, mayHaveTakenEffect } = error.problem;
  const reported = { code, message, status, ...(mayHaveTakenEffect && { mayHaveTakenEffect }) };
  return { key, action, outcome, sizeBytes, error: reported };
}

/**
 * @throws LumioError of the kind of the first failure, or of what stopped the import, with the
 * report in `details.secrets`
 */
export function reportImport(
  results: readonly ImportResult[],
  extension: { readonly id: string },
): SecretReport[] {
  const secrets = results.map((result) => reportSecret(result, result.outcome, result.error));
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const stopped = failed.filter(isInterrupted);
  const error = (stopped[0] ?? failed[0])?.error;
  if (error === undefined) return secrets;
  const refused = failed.filter((result) => !isInterrupted(result));
  const untried = results.filter(({ outcome }) => outcome === 'planned');
  const total = results.filter(({ action }) => action !== 'keep').length;
  const sentences = [
    refused.length > 0 && `${refused.length} of ${counted(total)} failed: ${listed(refused)}.`,
    stopped.length > 0 && `Stopped at ${listed(stopped)}.`,
    untried.length > 0 && `Not tried: ${listed(untried)}.`,
    describeChanges(results),
    error.problem.message,
  ];
  throw new LumioError(error.kind, {
    ...error.problem,
    message: sentences.filter((sentence) => sentence !== false).join(' '),
    hint: [
      error.problem.hint,
      results.some(({ value }) => value !== undefined)
        ? 'Run the same command again; secrets that are already set are set again.'
        : undefined,
    ]
      .filter((part) => part !== undefined)
      .join(' '),
    details: { secrets, extension },
    cause: error,
  });
}

function isInterrupted({ error }: ImportResult): boolean {
  return error !== undefined && signalErrors.includes(error.kind);
}

function describeChanges(results: readonly ImportResult[]): string {
  const done = results.filter(({ outcome, action }) => outcome === 'done' && action !== 'keep');
  if (done.length > 0) return `Changed: ${listed(done)}.`;
  const unclear = results.filter(({ error }) => error?.problem.mayHaveTakenEffect === true);
  return unclear.length === 0
    ? 'Nothing was changed.'
    : `May have been changed: ${listed(unclear)}.`;
}

const maxListed = 20;

function listed(secrets: readonly PlannedSecret[]): string {
  const more = secrets.length > maxListed ? ` and ${secrets.length - maxListed} more` : '';
  const shown = secrets.slice(0, maxListed).map(({ key, action }) => `${key} (${action})`);
  return `${shown.join(', ')}${more}`;
}

/** `1 secret`, `3 secrets`. */
function counted(count: number): string {
  return `${count} ${count === 1 ? 'secret' : 'secrets'}`;
}
