/** What came of an import: the report, or the error that carries it. */
import { LumioError } from '../errors.ts';
import type { Step } from './apply-plan.ts';
import type { Action, Planned } from './plan.ts';

/** One key in the JSON document. Never its value. */
export interface SecretReport {
  readonly key: string;
  readonly action: Action;
  readonly outcome: Step['outcome'];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly status: number | null;
  };
}

/**
 * @returns one entry per key
 * @throws LumioError of the kind of the first failure, whose `details.secrets` is that same list, when one failed or was not tried
 */
export function importOutcome(steps: readonly Step[], extension: { id: string }): SecretReport[] {
  const secrets = steps.map(reportOf);
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  const first = failed[0]?.error;
  if (first === undefined) return secrets;
  // What stopped an import altogether counts more than a key that failed on the way there.
  const stopped = failed.filter(isStopped);
  const error = stopped[0]?.error ?? first;
  const untried = steps.filter(({ outcome }) => outcome === 'planned');
  const refused = failed.filter((step) => !isStopped(step));
  throw new LumioError(error.kind, {
    ...error.problem,
    message: [
      refused.length === 0
        ? ''
        : `${refused.length} of ${counted(steps)} failed: ${named(refused)}.`,
      stopped.length === 0 ? '' : `Stopped at ${named(stopped)}.`,
      untried.length === 0 ? '' : `Not tried any more: ${named(untried)}.`,
      doneText(steps),
      error.problem.message,
    ]
      .filter((part) => part !== '')
      .join(' '),
    hint: [error.problem.hint, 'The same import can be run again: it sets every key anew.']
      .filter((part) => part !== undefined)
      .join(' '),
    details: { secrets, extension },
    cause: error,
  });
}

function reportOf({ key, action, outcome, error }: Step): SecretReport {
  if (error === undefined) return { key, action, outcome };
  const { code, message, status } = error.problem;
  return { key, action, outcome, error: { code, message, status: status ?? null } };
}

function isStopped({ error }: Step): boolean {
  return error?.kind === 'interrupted' || error?.kind === 'terminated';
}

function counted(steps: readonly Step[]): string {
  const count = steps.filter(changes).length;
  return count === 1 ? '1 secret' : `${count} secrets`;
}

function doneText(steps: readonly Step[]): string {
  const done = steps.filter((step) => step.outcome === 'done' && changes(step));
  if (done.length > 0) return `Done: ${named(done)}.`;
  const open = steps.filter(({ error }) => error?.problem.mayHaveTakenEffect === true);
  return open.length === 0 ? 'Nothing was changed.' : `May have been done: ${named(open)}.`;
}

function changes({ action }: Planned): boolean {
  return action !== 'keep';
}

function named(steps: readonly Planned[]): string {
  return steps.map(({ key, action }) => `${key} (${action})`).join(', ');
}
