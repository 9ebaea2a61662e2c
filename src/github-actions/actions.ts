/** Output for GitHub Actions: masked keys, annotations, outputs and the step summary. */
import { randomUUID } from 'node:crypto';
import { appendFile, stat } from 'node:fs/promises';
import { type LumioError, systemErrorText } from '../errors.ts';
import type { Host } from '../host.ts';
import { printableLines } from '../terminal/printable.ts';
import { type Redact, redactSentence } from '../terminal/redact.ts';
import { type DeployFacts, outputsOf, summaryOf } from './summary.ts';

export interface GitHubActions {
  /** Hides a key in everything that the job prints from now on. */
  maskKey(key: string): Promise<void>;
  /** Shows an error on the page of the workflow run. */
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
    annotate: async (error) => {
      const { problem } = error;
      const { itemsOf, untrustedParts } = await import('../terminal/problem.ts');
      const text = [problem.message, ...itemsOf(error), problem.hint, problem.next]
        .flatMap((part) => (part === undefined ? [] : [printableLines(part)]))
        .join('\n');
      const untrusted = untrustedParts(problem).map(printableLines);
      await print('error', { title: 'lumio' }, redactSentence(redact, text, untrusted));
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

/**
 * Lines that set outputs. The random delimiter keeps a value from ending early.
 * @internal Exported for tests.
 */
export function outputLines(outputs: Readonly<Record<string, string>>): string {
  const delimiter = `lumio_${randomUUID()}`;
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}

/**
 * Appends to a file that the runner reads after the step (docs.github.com: Environment files).
 * @param variable contains the path; nothing is written if it isn't set
 * @returns the failure, since a deploy must not fail because of it
 * @internal Exported for tests.
 */
export async function addToFile(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  text: string,
): Promise<string | undefined> {
  const path = env[variable];
  if (path === undefined || path === '') return undefined;
  try {
    // Opening a pipe without a reader never returns.
    if (await isOther(path)) return `${variable} can't be written: ${path} isn't a regular file.`;
    await appendFile(path, text);
    return undefined;
  } catch (thrown) {
    return `${variable} can't be written: ${path} (${systemErrorText(thrown)}).`;
  }
}

/** Neither a file nor a directory; writing to a directory fails anyway. */
async function isOther(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/**
 * A workflow command (docs.github.com). Written to stderr, because stdout has the result.
 * @internal Exported for tests.
 */
export function workflowCommand(
  name: string,
  properties: Readonly<Record<string, string>>,
  data: string,
): string {
  const written = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(value)}`,
  );
  const head = written.length === 0 ? name : `${name} ${written.join(',')}`;
  return `::${head}::${escapeData(data)}\n`;
}

/** A line break would end the command and could start another one. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
