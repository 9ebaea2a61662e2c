/** How an error is told: to people in words, to programs as a document, to GitHub Actions as an annotation too. */
import type { LumioError } from './errors.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Mask } from './ui/mask.ts';

/** @param globals undefined where the command line itself is what is wrong: then how it wants its errors is read off its words */
export async function report(
  error: LumioError,
  host: Host,
  globals: Pick<Globals, 'json' | 'noColor' | 'verbose'> | undefined,
  mask: Mask,
): Promise<void> {
  const words = ownWords(host.argv);
  const json =
    globals?.json ?? words.some((word) => word === '--json' || word.startsWith('--query'));
  const noColor = globals?.noColor ?? words.includes('--no-color');
  await maskKeys(error, host, mask);
  await host.stderr.write(
    json
      ? await documentOf(error, mask)
      : await textOf(error, host, mask, { noColor, verbose: globals?.verbose ?? false }),
  );
  await annotate(error, host, mask);
}

/** An error that does not end the command, for the people: a program reads of it in the document on stdout. */
export async function reportAlongTheWay(
  error: LumioError,
  host: Host,
  globals: Pick<Globals, 'json' | 'noColor' | 'verbose'>,
  mask: Mask,
): Promise<void> {
  if (!globals.json) await host.stderr.write(await textOf(error, host, mask, globals));
  await annotate(error, host, mask);
}

async function documentOf(error: LumioError, mask: Mask): Promise<string> {
  const [{ problemDocument }, { renderJson }] = await Promise.all([
    import('./ui/problem.ts'),
    import('./ui/json.ts'),
  ]);
  return renderJson(problemDocument(error), mask.cleanRemark);
}

async function textOf(
  error: LumioError,
  host: Host,
  mask: Mask,
  { noColor, verbose }: Pick<Globals, 'noColor' | 'verbose'>,
): Promise<string> {
  const [{ renderProblem }, { canMove, surfaceOf }] = await Promise.all([
    import('./ui/problem.ts'),
    import('./ui/surface.ts'),
  ]);
  const surface = surfaceOf({
    env: host.env,
    platform: host.platform,
    sink: host.stderr,
    noColor,
    nowMs: host.clock.now(),
    clean: mask.cleanRemark,
  });
  const text = mask.cleanRemark(await renderProblem(error, surface, { verbose }));
  // The terminal has written ^C where the cursor stood.
  return error.kind === 'interrupted' && canMove(host.env, surface) ? `\r\u001B[K${text}` : text;
}

/** A key that was written by mistake where the runner, which logs what it runs, has not been told of it yet. */
async function maskKeys({ problem }: LumioError, host: Host, { clean }: Mask): Promise<void> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return;
  const [{ keysOf }, { createActions }] = await Promise.all([
    import('./ui/mask.ts'),
    import('./actions/index.ts'),
  ]);
  const told = [problem.message, problem.hint, problem.next].join('\n');
  for (const key of keysOf(host.env))
    if (clean(told).includes(key)) await createActions({ host, clean }).maskKey(key);
}

async function annotate(
  error: LumioError,
  host: Host,
  { cleanRemark: clean }: Mask,
): Promise<void> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return;
  const { createActions } = await import('./actions/index.ts');
  await createActions({ host, clean }).annotate(error);
}

/** What stands behind `--` belongs to another command. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
