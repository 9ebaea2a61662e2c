/** The report of `secrets import`, or the error that contains it. */
import { LumioError, signalErrors } from '../errors.ts';
import type { ImportAction, ImportResult, PlannedSecret } from './import.ts';

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
  const { code, message, status } = error.problem;
  return { key, action, outcome, sizeBytes, error: { code, message, status: status ?? null } };
}

/**
 * @throws LumioError of the kind of the first failure, or of what stopped the import, with the report in `details.secrets`
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
    hint: [error.problem.hint, 'Run the same command again; secrets that are done are no problem.']
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
  if (done.length > 0) return `Done: ${listed(done)}.`;
  const unclear = results.filter(({ error }) => error?.problem.mayHaveTakenEffect === true);
  return unclear.length === 0 ? 'Nothing was changed.' : `May have been done: ${listed(unclear)}.`;
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
