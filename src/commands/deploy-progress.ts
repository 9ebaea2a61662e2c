/** Shows the steps of deploys on stderr. */
import { relative } from 'node:path';
import type { Context } from '../cli/context.ts';
import type { BatchStep } from '../deploy/batch.ts';
import { LumioError } from '../errors.ts';
import type { Progress, Step } from '../terminal/progress.ts';
import { formatBytes } from '../shared/byte-size.ts';

type Shown<Kind extends BatchStep['kind']> = Extract<BatchStep, { kind: Kind }>;

/** @returns a function that shows one step after another */
export async function deployProgress(ctx: Context): Promise<(step: BatchStep) => Promise<void>> {
  const shown = new DeployProgress(ctx, await ctx.progress());
  return async (step) => shown.show(step);
}

class DeployProgress {
  readonly #ctx: Context;
  readonly #progress: Progress;
  #current: Step | undefined;

  constructor(ctx: Context, progress: Progress) {
    this.#ctx = ctx;
    this.#progress = progress;
  }

  show(step: BatchStep): void | Promise<void> {
    switch (step.kind) {
      case 'packing':
        this.#current ??= this.#progress.step(`Packing ${files(step.fileCount)}`);
        return this.#current.bytes(step.doneBytes, step.totalBytes);
      case 'packed':
        return this.#packed(step);
      case 'target':
        return this.#target(step);
      case 'uploading':
        return this.#current?.bytes(step.sentBytes, step.totalBytes);
      case 'outcome-unknown':
        return this.#current?.stage(
          'The response was lost: checking whether the version was created',
        );
      case 'submitted':
        return this.#end('done', `Submitted ${numberAndId(step)}`);
      case 'review':
        return this.#review(step);
      default:
        return this.#note(step);
    }
  }

  #note(step: Shown<'project' | 'failed' | 'poll-failed' | 'version-differs'>) {
    const { log } = this.#ctx;
    switch (step.kind) {
      case 'project':
        return log.note(step.path);
      case 'failed':
        this.#close();
        return log.error(forProject(step));
      case 'poll-failed':
        return log.note(`A request failed, still waiting: ${step.error.message}`);
      case 'version-differs':
        return log.note(`Note: ${log.displayPath(step.path)} still has ${step.version}.`);
    }
  }

  #packed({ directory, bundle, warnings }: Shown<'packed'>): void {
    const path = relative(this.#ctx.host.cwd, directory) || '.';
    const size = formatBytes(bundle.sizeBytes);
    this.#end('done', `Packed ${path}: ${files(bundle.fileCount)}, ${size}`);
    for (const warning of warnings) this.#progress.warn(warning);
  }

  #target({ target, version, higher }: Shown<'target'>): void {
    const { log } = this.#ctx;
    if (higher !== undefined)
      log.note(
        `Note: ${version} is lower than ${higher}, which the server has. --bump increases the highest version.`,
      );
    log.target(target);
    this.#current = this.#progress.step(`Uploading ${version}`);
  }

  #review({ version: { version, status } }: Shown<'review'>): void {
    const text = `Review of ${version}: ${status}`;
    if (status === 'approved') return this.#end('done', text);
    if (status === 'rejected') return this.#end('fail', text);
    const waiting = `Waiting for the review of ${version}`;
    this.#current ??= this.#progress.step(waiting);
    return this.#current.stage(`${waiting}: ${status}`);
  }

  #end(how: 'done' | 'fail', text: string): void {
    (this.#current ?? this.#progress.step(text))[how](text);
    this.#current = undefined;
  }

  #close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function numberAndId({ report: { version } }: Shown<'submitted'>): string {
  return `${version.version} as ${version.id}`;
}

/** An error of one of several projects starts with its path. */
function forProject({ path, error }: Shown<'failed'>): LumioError {
  const { problem, kind } = error;
  if (problem.message.startsWith(path)) return error;
  return new LumioError(kind, { ...problem, message: `${path}: ${problem.message}`, cause: error });
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
