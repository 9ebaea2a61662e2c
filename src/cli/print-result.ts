/** Puts results on stdout: a document for programs, rows for pipes, a view for people. */
import type { Result } from './command.ts';
import type { Context } from './context.ts';
import { printableLines } from '../terminal/printable.ts';
import type { Redraw } from '../terminal/redraw.ts';

/** @returns a function that prints one result after another */
export function createPrinter(ctx: Context): (result: Result) => Promise<void> {
  const { stdout } = ctx.host;
  let redraw: Redraw | undefined;
  const write = async (text: string, { isUpdate }: Result): Promise<void> => {
    const { isAnimated } = await import('../terminal/detect.ts');
    if (isUpdate !== true || !isAnimated(ctx.host.env, stdout)) return stdout.write(text);
    redraw ??= (await import('../terminal/redraw.ts')).createRedraw(stdout);
    return redraw(text);
  };
  return async (result) => {
    if (result.bytes !== undefined) return writeBytes(result.bytes, ctx);
    if (ctx.options.json) return stdout.write(await jsonOf(result, ctx));
    const { renderView } = await import('../terminal/render.ts');
    const view = result.view();
    const rendered = await renderView(view, await ctx.terminal('stdout'));
    if (rendered !== '') await write(rendered, result);
    // Between the texts of a series nothing else may stand on the screen.
    if (result.isUpdate === true) return;
    for (const block of view)
      if (block.kind === 'table' && block.rows.length === 0) ctx.log.note(block.empty);
    for (const next of result.next ?? []) ctx.log.hint(next);
  };
}

async function writeBytes(
  bytes: Exclude<Result['bytes'], undefined>,
  { host }: Context,
): Promise<void> {
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes)
    await host.stdout.write(chunk);
}

async function jsonOf(
  { data, isUpdate }: Result,
  { options, host, redact }: Context,
): Promise<string> {
  const { renderJson } = await import('../terminal/json.ts');
  const form = isUpdate === true ? 'line' : 'indented';
  if (options.query === undefined) return renderJson(data, redact, form);
  const { queryJson } = await import('../terminal/query.ts');
  const text = queryJson(data, options.query, redact, form);
  return host.stdout.isTerminal ? printableLines(text) : text;
}
