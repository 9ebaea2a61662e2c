/** Confirms that an extension becomes public, which can't be undone by deleting it. */
import type { Context } from '../cli/context.ts';
import { LumioError } from '../errors.ts';

/** @throws LumioError confirmation, if the user declines or prompts are disabled */
export async function confirmPublic(visibility: unknown, ctx: Context): Promise<void> {
  if (!isPublic(visibility) || ctx.options.yes) return;
  const prompter = await ctx.prompts.requireConfirmation(
    `With the visibility "${visibility}" the extension is publicly listed, and can't be deleted afterwards.`,
  );
  const message = `List the extension publicly (${visibility})? It can't be deleted afterwards.`;
  if (await prompter.confirm({ message, initial: false })) return;
  throw new LumioError('confirmation', {
    code: 'not_confirmed',
    message: 'Not confirmed. Nothing was changed.',
  });
}

export function isPublic(visibility: unknown): visibility is 'public' | 'paid' {
  return visibility === 'public' || visibility === 'paid';
}
