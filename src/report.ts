/** How an error is told: to people in words, to programs as a document, to GitHub Actions as an annotation too. */
import type { LumioError } from './errors.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Mask } from './ui/mask.ts';

/** @param globals undefined where the command line itself is what is wrong: then how it wants its errors is read off its words */
export async function report(error: LumioError, host: Host, globals: Pick<Globals, 'json' | 'noColor' | 'verbose'> | undefined, mask: Mask): Promise<void> {
  const words = ownWords(host.argv);
  const json = globals?.json ?? words.some((word) => word === '--json' || word.startsWith('--query'));
  const noColor = globals?.noColor ?? words.includes('--no-color');
  await host.stderr.write(json ? await documentOf(error, mask) : await textOf(error, host, mask, { noColor, verbose: globals?.verbose ?? false }));
  await annotate(error, host, mask);
}

/** An error that does not end the command, for the people: a program reads of it in the document on stdout. */
export async function reportAlongTheWay(error: LumioError, host: Host, globals: Pick<Globals, 'json' | 'noColor' | 'verbose'>, mask: Mask): Promise<void> {
  if (!globals.json) await host.stderr.write(await textOf(error, host, mask, globals));
  await annotate(error, host, mask);
}

async function documentOf(error: LumioError, mask: Mask): Promise<string> {
  const [{ problemDocument }, { renderJson }] = await Promise.all([import('./ui/problem.ts'), import('./ui/json.ts')]);
  return renderJson(problemDocument(error), mask.clean);
}

async function textOf(error: LumioError, host: Host, mask: Mask, { noColor, verbose }: Pick<Globals, 'noColor' | 'verbose'>): Promise<string> {
  const [{ renderProblem }, { canMove, surfaceOf }] = await Promise.all([import('./ui/problem.ts'), import('./ui/surface.ts')]);
  const surface = surfaceOf({ env: host.env, platform: host.platform, sink: host.stderr, noColor, nowMs: host.clock.now(), clean: mask.clean });
  const text = mask.clean(await renderProblem(error, surface, { verbose }));
  // The terminal has written ^C where the cursor stood.
  return error.kind === 'interrupted' && canMove(host.env, surface) ? `\r\u001B[K${text}` : text;
}

async function annotate(error: LumioError, host: Host, { clean }: Mask): Promise<void> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return;
  const { createActions } = await import('./actions/index.ts');
  await createActions({ host, clean }).annotate(error);
}

/** What stands behind `--` belongs to another command. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
