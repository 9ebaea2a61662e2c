/** Confirms that an extension becomes public, which can't be undone by deleting it. */
import type { Context } from '../cli/context.ts';

/** @throws LumioError confirmation, if the user declines or prompts are disabled */
export async function confirmPublic(visibility: unknown, ctx: Context): Promise<void> {
  if (!isPublic(visibility)) return;
  await ctx.prompts.confirm({
    consequence: `With the visibility "${visibility}" the extension is publicly listed, and can't be deleted afterwards.`,
    question: `List the extension publicly (${visibility})? It can't be deleted afterwards.`,
    declined: 'Nothing was changed.',
  });
}

export function isPublic(visibility: unknown): visibility is 'public' | 'paid' {
  return visibility === 'public' || visibility === 'paid';
}
