/** Tells a deploy as it goes: steps on stderr. */
import { relative } from 'node:path';
import type { Context } from '../cli/context.ts';
import type { DeployEvents } from '../deploy/deploy.ts';
import type { Progress, Step } from '../terminal/progress.ts';
import { formatBytes } from '../shared/byte-size.ts';

/** Tells one deploy after another. A deploy that failed leaves its step open: `close` takes it away. */
export interface DeployTeller {
  next(): DeployEvents;
  close(): void;
}

export async function deployTeller(ctx: Context): Promise<DeployTeller> {
  const progress = await ctx.progress();
  const { warningsOf } = await import('../deploy/index.ts');
  const steps = oneStepAtATime(progress);
  const { begin, done } = steps;
  const events: DeployEvents = {
    onSelected: (selection) => void begin(`Packing ${countOf(selection.files.length)}`),
    onPacking: (doneBytes, totalBytes) => steps.current()?.bytes(doneBytes, totalBytes),
    onPacked: (bundle, selection) => {
      done(
        `Packed ${relative(ctx.host.cwd, selection.folder) || '.'}: ${countOf(bundle.fileCount)}, ${formatBytes(bundle.sizeBytes)}`,
      );
      for (const warning of warningsOf(bundle, selection)) progress.warn(warning);
    },
    onLower: (version, higher) =>
      ctx.log.note(
        `Note: ${version} is lower than ${higher}, which the server has. --bump counts from the highest.`,
      ),
    onTarget: (target, version) => {
      ctx.log.target(target);
      begin(`Uploading ${version}`);
    },
    onProgress: (sent, total) => steps.current()?.bytes(sent, total),
    onSettling: () =>
      steps.current()?.stage('The answer was lost: asking the server whether the version arrived'),
    onSubmitted: (version) => done(`Submitted ${version.version} as ${version.id}`),
    onReview: ({ version, status }) => {
      if (status === 'approved') done(`Review of ${version}: ${status}`);
      else if (status === 'rejected') steps.failed(`Review of ${version}: ${status}`);
      else
        (steps.current() ?? begin(`Waiting for the review of ${version}`)).stage(
          `Waiting for the review of ${version}: ${status}`,
        );
    },
    onTrouble: (error) => progress.note(`A poll failed, the wait goes on: ${error.message}`),
  };
  return {
    close: steps.close,
    next: () => {
      steps.close();
      return events;
    },
  };
}

interface Steps {
  current(): Step | undefined;
  /** Closes the one before. */
  begin(text: string): Step;
  done(text: string): void;
  failed(text: string): void;
  close(): void;
}

function oneStepAtATime(progress: Progress): Steps {
  let step: Step | undefined;
  const close = (): void => {
    step?.close();
    step = undefined;
  };
  const begin = (text: string): Step => {
    close();
    step = progress.step(text);
    return step;
  };
  const done = (text: string): void => {
    (step ?? progress.step(text)).done(text);
    step = undefined;
  };
  const failed = (text: string): void => {
    (step ?? progress.step(text)).fail(text);
    step = undefined;
  };
  return { current: () => step, begin, done, failed, close };
}

function countOf(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}
