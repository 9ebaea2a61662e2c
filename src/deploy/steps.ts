/**
 * A deploy as a stream of plain data: its steps, its results, and how to read them. The library's
 * types contain them.
 */
import type { Version } from '../api/resources.ts';
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
      /** Absolute path of the built directory, or of a packed archive. */
      readonly path: string;
      readonly bundle: BundleFacts;
      /** Excluded files and directories; a directory counts as one. */
      readonly ignoredCount: number;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'target';
      readonly target: Target;
      readonly version: string;
      /** A higher version that the server has, if this one is new. */
      readonly higher: string | undefined;
    }
  | { readonly kind: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** No response confirms the upload; lumio checks whether the server has the version. */
  | { readonly kind: 'outcome-unknown'; readonly version: string; readonly timeoutMs: number }
  | { readonly kind: 'submitted'; readonly report: DeployReport }
  /** The version exists; nothing was uploaded. */
  | { readonly kind: 'skipped'; readonly report: DeployReport }
  /** After a bump with `write`. */
  | { readonly kind: 'version-written'; readonly path: string; readonly version: string }
  /** After `--bump`: a file of the project still has another version. */
  | { readonly kind: 'version-differs'; readonly path: string; readonly version: string }
  | { readonly kind: 'waiting'; readonly version: Version; readonly timeoutMs: number }
  /** The review status was seen for the first time, or changed. */
  | { readonly kind: 'review'; readonly version: Version }
  /** Polling continues. */
  | { readonly kind: 'poll-failed'; readonly error: LumioError };

export type DeployStream<Result> = AsyncGenerator<DeployStep, Result, void>;

export interface BundleFacts {
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** Of the archive, hexadecimal. */
  readonly sha256: string;
  /** Of the tar inside, the same wherever it is packed. */
  readonly tarSha256: string;
}

export interface ChangelogFacts {
  /** `--changelog`, `stdin`, or a path. */
  readonly source: string;
  readonly characters: number;
}

/** The JSON document of a deploy: the API response and what lumio adds. */
export interface DeployReport extends Readonly<Record<string, unknown>> {
  readonly version: Version;
  /** `skipped`: the version exists, and nothing was uploaded. */
  readonly outcome: 'created' | 'skipped';
  /** The response was lost and the version was found in the list. */
  readonly recovered: boolean;
  /** Null if nothing was uploaded. */
  readonly bundle: BundleFacts | null;
  readonly changelog: ChangelogFacts | null;
  readonly extension: { readonly id: string; readonly slug?: string; readonly name?: string };
  /** Warnings, as sentences; in a step, the warnings so far. */
  readonly notes: readonly string[];
}

/** An extension as the user specified it. */
export interface NamedExtension {
  /** Null if the name may be a slug that wasn't looked up. */
  readonly id: string | null;
  readonly slug?: string;
  readonly name?: string;
  readonly named: string;
  readonly source: string;
}

export interface DryRunReport {
  readonly outcome: 'dry-run';
  readonly request: {
    readonly method: 'POST';
    /** Contains `:id` if the id isn't known. */
    readonly url: string;
    readonly fields: { readonly version: string; readonly changelog?: string };
    readonly bundle: { readonly filename: string; readonly sizeBytes: number };
  };
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** Excluded files and directories; a directory counts as one. */
  readonly ignoredCount: number;
  readonly changelog: ChangelogFacts | null;
  readonly extension: NamedExtension;
  /** The version of the same number, which --skip-existing would keep. */
  readonly existing: Version | null;
  /** What wasn't checked because there is no API key. */
  readonly unchecked: readonly string[];
  /** Warnings, as sentences. */
  readonly notes: readonly string[];
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

/** Yields what `map` returns for each step. A consumer that stops early ends `steps`. */
export async function* mapSteps<Result>(
  steps: AsyncIterator<DeployStep, Result, void>,
  map: (step: DeployStep) => DeployStep,
): DeployStream<Result> {
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done === true) return next.value;
      yield map(next.value);
    }
  } finally {
    await steps.return?.();
  }
}

/** Adds the warnings so far to the reports in steps; returns all of them with the result. */
export async function* withNotes<Result>(
  steps: DeployStream<Result>,
): DeployStream<{ readonly result: Result; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const result = yield* mapSteps(steps, (step) => {
    if (step.kind === 'warning') notes.push(step.message);
    return 'report' in step ? { ...step, report: { ...step.report, notes: [...notes] } } : step;
  });
  return { result, notes };
}

/**
 * Turns callbacks into a stream: yields what `work` emits until it settles.
 * A consumer that stops early waits for `work`.
 */
export async function* streamOf<Event, Result>(
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
