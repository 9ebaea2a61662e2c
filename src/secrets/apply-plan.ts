/** Carries a plan out, key by key: one that fails does not stop the rest. */
import type { Client } from '../api/client.ts';
import { type LumioError, asLumioError } from '../errors.ts';
import type { Planned } from './plan.ts';

export interface Step extends Planned {
  /** `planned`: not tried. */
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly error: LumioError | undefined;
}

export interface ApplyEvents {
  onStep(planned: Planned): void;
  onFailed(planned: Planned, error: LumioError): void;
}

/** So many keys in a row without an answer, each after its retries: the service is out of reach, and going on would take hours. */
const mostUnreached = 3;

/**
 * Sets first, then deletes.
 * @returns a step for each planned one, in the same order. After an interruption, a refused key, or a few keys in a row for which the
 * service could not be reached, the rest stays `planned`
 */
export async function applyPlan(
  plan: readonly Planned[],
  send: { client: Client; extensionId: string },
  events: ApplyEvents,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const planned of plan) {
    if (planned.action === 'keep' || isHopeless(steps)) {
      steps.push({
        ...planned,
        outcome: planned.action === 'keep' ? 'done' : 'planned',
        error: undefined,
      });
      continue;
    }
    events.onStep(planned);
    const error = await attempt(planned, send);
    if (error !== undefined) events.onFailed(planned, error);
    steps.push({ ...planned, outcome: error === undefined ? 'done' : 'failed', error });
  }
  return steps;
}

async function attempt(
  { key, value }: Planned,
  { client, extensionId }: { client: Client; extensionId: string },
): Promise<LumioError | undefined> {
  try {
    if (value !== undefined) await client.setSecret(extensionId, key, value);
    else await client.deleteSecret(extensionId, key);
    return undefined;
  } catch (thrown) {
    return asLumioError(thrown);
  }
}

function isHopeless(steps: readonly Step[]): boolean {
  if (steps.some(({ outcome }) => outcome === 'planned')) return true;
  const last = steps.findLast(({ error }) => error !== undefined)?.error;
  if (last === undefined) return false;
  if (last.kind === 'interrupted' || last.kind === 'terminated' || last.problem.status === 401)
    return true;
  const tail = steps.slice(-mostUnreached);
  return (
    tail.length === mostUnreached &&
    tail.every(({ error }) => error?.kind === 'network' || error?.kind === 'rate_limited')
  );
}
