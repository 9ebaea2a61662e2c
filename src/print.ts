/** Puts results on stdout: a document for programs, rows for pipes, a view for people. */
import type { Result } from './command.ts';
import type { Context } from './context.ts';
import { printableLines } from './ui/printable.ts';
import type { Redraw } from './ui/redraw.ts';

/** @returns a function that prints one result after another */
export function createPrinter(ctx: Context): (result: Result) => Promise<void> {
  const { stdout } = ctx.host;
  let redraw: Redraw | undefined;
  const write = async (text: string, { series }: Result): Promise<void> => {
    const { canMove } = await import('./ui/surface.ts');
    if (series !== true || !canMove(ctx.host.env, stdout)) return stdout.write(text);
    redraw ??= (await import('./ui/redraw.ts')).createRedraw(stdout);
    return redraw(text);
  };
  return async (result) => {
    if (result.bytes !== undefined) return writeBytes(result.bytes, ctx);
    if (ctx.globals.json) return stdout.write(await jsonOf(result, ctx));
    const { renderView } = await import('./ui/output.ts');
    const view = result.view();
    const rendered = await renderView(view, await ctx.surface('stdout'));
    if (rendered !== '') await write(ctx.mask.clean(rendered), result);
    // Between the texts of a series nothing else may stand on the screen.
    if (result.series === true) return;
    for (const block of view)
      if (block.kind === 'table' && block.rows.length === 0) ctx.note(block.empty);
    for (const next of result.next ?? []) ctx.hint(next);
  };
}

async function writeBytes(
  bytes: Exclude<Result['bytes'], undefined>,
  { host }: Context,
): Promise<void> {
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes)
    await host.stdout.write(chunk);
}

async function jsonOf({ data, series }: Result, { globals, host, mask }: Context): Promise<string> {
  const { renderJson } = await import('./ui/json.ts');
  const form = series === true ? 'line' : 'indented';
  if (globals.query === undefined) return renderJson(data, mask.clean, form);
  const { queryJson } = await import('./ui/query.ts');
  const text = queryJson(data, globals.query, mask.clean, form);
  return host.stdout.isTerminal ? printableLines(text) : text;
}
