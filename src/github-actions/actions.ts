/** What a job of GitHub Actions shows: masked keys, annotations, outputs and the step summary. */
import type { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Redact, redactSentence } from '../terminal/redact.ts';
import { type DeployFacts, outputsOf, summaryOf } from './summary.ts';
import { addToFile, outputLines } from './output-file.ts';
import { workflowCommand } from './workflow-command.ts';

export interface GitHubActions {
  /** Hides a key in everything that the job prints from now on. */
  maskKey(key: string): Promise<void>;
  /** Shows an error on the page of the run. */
  annotate(error: LumioError): Promise<void>;
  /** Sets the outputs and the summary. An unwritable file is a warning. */
  reportDeploy(deploy: DeployFacts): Promise<void>;
  /** Sets the outputs `deploys` (JSON) and `failed` (a number). @param list what `--json` prints */
  reportDeploys(deploys: readonly DeployFacts[], list: readonly unknown[]): Promise<void>;
}

export interface GitHubActionsDeps {
  readonly host: Pick<Host, 'env' | 'stderr'>;
  /** Masks secrets. */
  readonly redact: Redact;
}

export function createGitHubActions({ host, redact }: GitHubActionsDeps): GitHubActions {
  const masked = new Set<string>();
  const print = async (
    name: string,
    properties: Readonly<Record<string, string>>,
    data: string,
  ): Promise<void> => {
    // The runner reads no commands from a file, and a key must not be stored in one.
    if (host.stderr.isFile !== true)
      await host.stderr.write(workflowCommand(name, properties, data));
  };
  const add = async (variable: string, text: string): Promise<void> => {
    const failure = await addToFile(host.env, variable, redact.value(text));
    if (failure !== undefined) await print('warning', { title: 'lumio' }, redact.sentence(failure));
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
      await print('add-mask', {}, key);
    },
    annotate: async ({ problem }) => {
      const text = [problem.message, problem.hint, problem.next]
        .filter((part) => part !== undefined)
        .join('\n');
      await print('error', { title: 'lumio' }, redactSentence(redact, text, problem.untrusted));
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
