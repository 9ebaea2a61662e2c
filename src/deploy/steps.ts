/** A deploy as a stream of plain data: its steps, its results, and how to read them. */
import type { Version } from '../api/schemas.ts';
import type { LumioError } from '../errors.ts';
import type { Target } from '../project/target.ts';

export type DeployStep =
  | {
      readonly kind: 'packing';
      readonly fileCount: number;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: 'packed';
      /** Absolute path of the built directory. */
      readonly directory: string;
      readonly bundle: BundleFacts;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'target';
      readonly target: Target;
      readonly version: string;
      /** A higher version that the server has. */
      readonly higher: string | undefined;
    }
  | { readonly kind: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** The response to the upload was lost; the server is asked for the version. */
  | { readonly kind: 'outcome-unknown' }
  | { readonly kind: 'submitted'; readonly report: DeployReport }
  /** After `--bump`: a file of the project still has another version. */
  | { readonly kind: 'version-differs'; readonly path: string; readonly version: string }
  /** The review status was seen for the first time, or changed. */
  | { readonly kind: 'review'; readonly version: Version }
  /** Polling goes on. */
  | { readonly kind: 'poll-failed'; readonly error: LumioError };

export interface BundleFacts {
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly tarSha256: string;
}

/** The JSON document of a deploy: the API response and what lumio adds. */
export interface DeployReport extends Readonly<Record<string, unknown>> {
  readonly version: Version;
  readonly outcome: 'created' | 'unchanged';
  /** The response was lost and the version was found in the list. */
  readonly recovered: boolean;
  readonly bundle: BundleFacts;
  readonly extension: { readonly id: string; readonly slug?: string };
}

/** An extension that was not looked up; its id is null if the name may be a slug. */
export interface NamedExtension {
  readonly id: string | null;
  readonly named: string;
  readonly source: string;
}

export interface DryRunReport {
  readonly outcome: 'dry-run';
  readonly request: {
    readonly method: 'POST';
    /** Contains `:id` if the id is not known. */
    readonly url: string;
    readonly fields: { readonly version: string; readonly changelog?: string };
    readonly bundle: { readonly filename: string; readonly sizeBytes: number };
  };
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly extension: NamedExtension;
}

/**
 * Passes each step to `onStep` and returns the result of the stream.
 * An error thrown by `onStep` ends the stream and is rethrown.
 */
export async function followSteps<Step, Result>(
  steps: AsyncIterator<Step, Result, void>,
  onStep: (step: Step) => unknown,
): Promise<Result> {
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done === true) return next.value;
      await onStep(next.value);
    }
  } finally {
    await steps.return?.();
  }
}

/**
 * Turns callbacks into a stream: yields what `work` emits until it settles.
 * A consumer that stops early waits for `work`.
 */
export async function* emittedBy<Event, Result>(
  work: (emit: (event: Event) => void) => Promise<Result>,
): AsyncGenerator<Event, Result, void> {
  const queue: Event[] = [];
  let isSettled = false;
  let wake: (() => void) | undefined;
  const running = work((event) => {
    queue.push(event);
    wake?.();
  }).finally(() => {
    isSettled = true;
    wake?.();
  });
  const ended = running.catch(() => undefined);
  try {
    for (;;) {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield event;
      if (isSettled) return await running;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    await ended;
  }
}
