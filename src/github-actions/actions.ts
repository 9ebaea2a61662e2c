/** GitHub Actions, where that is what runs us: masks, annotations, outputs and the step summary. */
import type { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Redact, redactSentence } from '../terminal/redact.ts';
import { type DeployFacts, outputsOf, summaryOf } from './summary.ts';
import { addToFile, outputLines } from './output-file.ts';
import { workflowCommand } from './workflow-command.ts';

export interface GitHubActions {
  /** Has the runner take a key out of everything that the job prints from now on. */
  maskKey(key: string): Promise<void>;
  /** Shows an error on the page of the run. */
  annotate(error: LumioError): Promise<void>;
  /** Outputs and the summary of a deploy. A file that can't be written is a warning. */
  reportDeploy(deploy: DeployFacts): Promise<void>;
  /** The same for several: outputs are `deploys`, the JSON list, and `failed`, how many did. @param list what `--json` prints of them */
  reportDeploys(deploys: readonly DeployFacts[], list: readonly unknown[]): Promise<void>;
}

export interface GitHubActionsDeps {
  readonly host: Pick<Host, 'env' | 'stderr'>;
  /** Masks secrets. */
  readonly redact: Redact;
}

export function createGitHubActions({ host, redact }: GitHubActionsDeps): GitHubActions {
  const masked = new Set<string>();
  const say = async (
    name: string,
    properties: Readonly<Record<string, string>>,
    data: string,
  ): Promise<void> => {
    // In a file no runner reads commands, and a key that is to be hidden would be kept there.
    if (host.stderr.isFile !== true)
      await host.stderr.write(workflowCommand(name, properties, data));
  };
  const add = async (variable: string, text: string): Promise<void> => {
    const trouble = await addToFile(host.env, variable, redact.value(text));
    if (trouble !== undefined) await say('warning', { title: 'lumio' }, redact.sentence(trouble));
  };
  const report = async (
    outputs: Readonly<Record<string, string>>,
    deploys: readonly DeployFacts[],
  ): Promise<void> => {
    await add('GITHUB_OUTPUT', outputLines(outputs));
    await add('GITHUB_STEP_SUMMARY', summaryOf(deploys));
  };
  return {
    maskKey: async (key) => {
      if (masked.has(key)) return;
      masked.add(key);
      await say('add-mask', {}, key);
    },
    annotate: async ({ problem }) => {
      const told = [problem.message, problem.hint, problem.next]
        .filter((part) => part !== undefined)
        .join('\n');
      await say('error', { title: 'lumio' }, redactSentence(redact, told, problem.untrusted));
    },
    reportDeploy: (deploy) => report(outputsOf(deploy), [deploy]),
    reportDeploys: (deploys, list) =>
      report(
        {
          deploys: JSON.stringify(list),
          failed: String(deploys.filter(({ error }) => error !== undefined).length),
        },
        deploys,
      ),
  };
}
