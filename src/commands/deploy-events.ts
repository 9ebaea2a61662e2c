/** Tells a deploy as it goes: steps on stderr. */
import type { Context } from '../context.ts';
import type { DeployEvents } from '../deploy/deploy.ts';
import type { Step } from '../ui/progress.ts';

export async function deployEvents(ctx: Context): Promise<DeployEvents> {
  const progress = await ctx.progress();
  const { warningsOf } = await ctx.rooms.deploy();
  let step: Step | undefined;
  const begin = (text: string): void => {
    step?.close();
    step = progress.step(text);
  };
  return {
    onSelected: (selection) => begin(`Packing ${countOf(selection.files.length)}`),
    onPacking: (done, total) => step?.bytes(done, total),
    onPacked: (bundle, selection) => {
      step?.done(`Packed ${countOf(bundle.fileCount)}, sha256 ${bundle.sha256.slice(0, 12)}…`);
      step = undefined;
      for (const warning of warningsOf(bundle, selection)) progress.warn(warning);
    },
    onTarget: (target, version) => {
      ctx.announce(target);
      begin(`Uploading ${version}`);
    },
    onProgress: (sent, total) => step?.bytes(sent, total),
    onSettling: () => step?.update('The answer was lost: asking the server whether the version arrived'),
    onSubmitted: (version) => {
      step?.done(`Submitted ${version.version} as ${version.id}`);
      step = undefined;
    },
    onReview: (version) => {
      if (version.status === 'approved') step?.done(`Review: ${version.status}`);
      else begin(`Waiting for the review: ${version.status}`);
    },
    onTrouble: (error) => progress.note(`A poll failed, the wait goes on: ${error.message}`),
  };
}

function countOf(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}
