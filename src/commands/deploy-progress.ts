/** Shows the steps of deploys on stderr. */
import { relative } from 'node:path';
import type { Context } from '../cli/context.ts';
import type { BatchStep } from '../deploy/batch.ts';
import { nameLabel } from './deploy-views.ts';
import { LumioError } from '../errors.ts';
import { isDecided } from '../project/follow-up.ts';
import type { Progress, Step } from '../terminal/progress.ts';
import { formatBytes, formatCount } from '../shared/quantities.ts';

type Shown<Kind extends BatchStep['kind']> = Extract<BatchStep, { kind: Kind }>;

/**
 * @param keepsLines leaves a line for each step; without it, only the result reports what was done
 * @returns a function that shows one step after another
 */
export async function deployProgress(
  ctx: Context,
  keepsLines: boolean,
): Promise<(step: BatchStep) => void | Promise<void>> {
  const shown = new DeployProgress(ctx, await ctx.progress(), keepsLines);
  return (step) => shown.show(step);
}

class DeployProgress {
  readonly #ctx: Context;
  readonly #progress: Progress;
  readonly #keepsLines: boolean;
  #current: Step | undefined;
  #isChecking = false;
  /** Messages that a terminal shows again during a wait, where steps leave no line. */
  #submitted: string | undefined;
  #projects = 0;

  constructor(ctx: Context, progress: Progress, keepsLines: boolean) {
    this.#ctx = ctx;
    this.#progress = progress;
    this.#keepsLines = keepsLines;
  }

  show(step: BatchStep): void | Promise<void> {
    switch (step.kind) {
      case 'packing':
        this.#current ??= this.#progress.step(`Packing ${formatCount(step.fileCount, 'file')}`);
        return this.#current.bytes(step.doneBytes, step.totalBytes);
      case 'packed':
        return this.#packed(step);
      case 'target':
        return this.#target(step);
      case 'uploading':
        return this.#uploading(step);
      case 'outcome-unknown':
        return this.#checking(step);
      case 'submitted':
        return this.#end(`Submitted ${numberAndId(step)} to ${nameLabel(step.report.extension)}`);
      case 'skipped':
        return this.#end(`Skipped: ${numberAndId(step)} already exists`);
      case 'waiting':
        return this.#waiting(step);
      case 'review':
        return this.#review(step);
      default:
        return this.#note(step);
    }
  }

  #note(
    step: Shown<
      'project' | 'failed' | 'warning' | 'poll-failed' | 'version-differs' | 'version-written'
    >,
  ) {
    const { log } = this.#ctx;
    switch (step.kind) {
      case 'project':
        this.#projects += 1;
        if (this.#projects > 1) log.note('');
        return log.note(step.path);
      case 'failed':
        this.#close();
        return log.error(this.#hasHeading() ? step.error : forProject(step));
      case 'warning':
        return log.warn(step.message);
      case 'poll-failed':
        return log.note(`A request failed; still waiting: ${step.error.message}`);
      case 'version-written':
        return log.note(`Wrote ${step.version} to ${log.displayPath(step.path)}.`);
      case 'version-differs':
        return log.note(
          `Note: ${log.displayPath(step.path)} still has ${step.version}. --write updates it.`,
        );
    }
  }

  /** Whether a line before the messages names the project. */
  #hasHeading(): boolean {
    const { options, host } = this.#ctx;
    return !options.quiet && host.env['GITHUB_ACTIONS'] !== 'true';
  }

  #packed({ path, bundle, ignoredCount }: Shown<'packed'>): void {
    const shown = relative(this.#ctx.host.cwd, path) || '.';
    const size = formatBytes(bundle.sizeBytes);
    const left = ignoredCount === 0 ? '' : ` (${ignoredCount} excluded)`;
    this.#end(`Packed ${shown}: ${formatCount(bundle.fileCount, 'file')}, ${size}${left}`);
  }

  #target({ target, version, higher }: Shown<'target'>): void {
    const { log } = this.#ctx;
    if (higher !== undefined)
      log.note(
        `Note: ${version} is lower than ${higher}, the highest version on the server. ` +
          '--bump increases that one.',
      );
    // A variable is easily forgotten, and overrides the link of the directory.
    if (this.#keepsLines || target.source === 'environment') log.target(target);
  }

  /** After an unclear or missing response. */
  #checking({ version, timeoutMs }: Shown<'outcome-unknown'>): void {
    this.#close();
    this.#isChecking = true;
    const text = `Checking whether version ${version} was created`;
    this.#current = this.#progress.step(text, { timeoutMs });
    this.#current.stage(text);
  }

  #waiting({ version, timeoutMs }: Shown<'waiting'>): void {
    if (!this.#keepsLines && timeoutMs > 0) {
      const { stderr } = this.#ctx.host;
      if (this.#submitted !== undefined) this.#progress.step('').done(this.#submitted);
      if (stderr.isTerminal && !isDecided(version))
        this.#progress.note('Ctrl-C is safe: the version remains submitted.');
    }
    this.#current = this.#progress.step(waitingFor(version), { timeoutMs });
  }

  #uploading({ sentBytes, totalBytes }: Shown<'uploading'>): void {
    if (this.#isChecking) this.#close();
    this.#isChecking = false;
    this.#current ??= this.#progress.step('Uploading');
    this.#current.bytes(sentBytes, totalBytes);
    if (sentBytes > 0 && sentBytes >= totalBytes) this.#current.update('Processing');
  }

  #review({ version }: Shown<'review'>): void {
    if (version.status === 'approved') return this.#end(`Review of ${version.version}: approved`);
    if (version.status === 'rejected') return this.#close();
    return this.#current?.stage(waitingFor(version));
  }

  #end(text: string): void {
    this.#submitted = text;
    if (!this.#keepsLines) return this.#close();
    (this.#current ?? this.#progress.step(text)).done(text);
    this.#current = undefined;
  }

  #close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function waitingFor({ version, status }: Shown<'waiting'>['version']): string {
  return `Waiting for the review of ${version}: ${status}`;
}

function numberAndId({ report: { version } }: Shown<'submitted' | 'skipped'>): string {
  return version.id === '' ? version.version : `${version.version} (${version.id})`;
}

/** An error of one of several projects starts with its path. */
function forProject({ path, error }: Shown<'failed'>): LumioError {
  const { problem, kind } = error;
  if (problem.message.startsWith(path)) return error;
  return new LumioError(kind, { ...problem, message: `${path}: ${problem.message}`, cause: error });
}
