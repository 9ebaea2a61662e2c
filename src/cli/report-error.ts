/** How an error is told: to people in words, to programs as a document, to GitHub Actions as an annotation too. */
import type { LumioError } from '../errors.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Host } from '../host.ts';
import type { Redact } from '../terminal/redact.ts';

/** @param globals undefined where the command line itself is what is wrong: then how it wants its errors is read off its words */
export async function report(
  error: LumioError,
  host: Host,
  globals: Pick<GlobalOptions, 'json' | 'noColor' | 'verbose'> | undefined,
  redact: Redact,
): Promise<void> {
  const words = ownWords(host.argv);
  const json =
    globals?.json ?? words.some((word) => word === '--json' || word.startsWith('--query'));
  const noColor = globals?.noColor ?? words.includes('--no-color');
  await maskKeys(error, host, redact);
  await host.stderr.write(
    json
      ? await documentOf(error, redact)
      : await textOf(error, host, redact, { noColor, verbose: globals?.verbose ?? false }),
  );
  await annotate(error, host, redact);
}

/** An error that does not end the command, for the people: a program reads of it in the document on stdout. */
export async function reportAlongTheWay(
  error: LumioError,
  host: Host,
  globals: Pick<GlobalOptions, 'json' | 'noColor' | 'verbose'>,
  redact: Redact,
): Promise<void> {
  if (!globals.json) await host.stderr.write(await textOf(error, host, redact, globals));
  await annotate(error, host, redact);
}

async function documentOf(error: LumioError, redact: Redact): Promise<string> {
  const [{ problemDocument }, { renderJson }] = await Promise.all([
    import('../terminal/problem.ts'),
    import('../terminal/json.ts'),
  ]);
  return renderJson(problemDocument(error, redact), redact);
}

async function textOf(
  error: LumioError,
  host: Host,
  redact: Redact,
  { noColor, verbose }: Pick<GlobalOptions, 'noColor' | 'verbose'>,
): Promise<string> {
  const [{ renderProblem }, { isAnimated, detectTerminal }] = await Promise.all([
    import('../terminal/problem.ts'),
    import('../terminal/detect.ts'),
  ]);
  const surface = detectTerminal({
    env: host.env,
    platform: host.platform,
    stream: host.stderr,
    noColor,
    nowMs: host.clock.now(),
    redact,
  });
  const text = await renderProblem(error, surface, { verbose });
  // The terminal has written ^C where the cursor stood.
  return error.kind === 'interrupted' && isAnimated(host.env, surface) ? `\r\u001B[K${text}` : text;
}

/** A key that was written by mistake where the runner, which logs what it runs, has not been told of it yet. */
async function maskKeys({ problem }: LumioError, host: Host, redact: Redact): Promise<void> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return;
  const [{ keysOf }, { createGitHubActions }] = await Promise.all([
    import('../terminal/redact.ts'),
    import('../github-actions/index.ts'),
  ]);
  const told = [problem.message, problem.hint, problem.next].join('\n');
  for (const key of keysOf(host.env))
    if (redact.value(told).includes(key)) await createGitHubActions({ host, redact }).maskKey(key);
}

async function annotate(error: LumioError, host: Host, redact: Redact): Promise<void> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return;
  const { createGitHubActions } = await import('../github-actions/index.ts');
  await createGitHubActions({ host, redact }).annotate(error);
}

/** What stands behind `--` belongs to another command. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
