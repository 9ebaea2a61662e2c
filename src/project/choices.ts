/** What prompts ask about extensions and versions. */
import type { Context } from '../cli/context.ts';
import type { Choice } from '../host.ts';
import { isDecided } from './follow-up.ts';
import type { KnownExtension } from './target.ts';
import { compareVersions } from './version.ts';

/** Extensions by slug; the value is the ID. */
export function extensionChoices(
  extensions: readonly (KnownExtension & { readonly status?: string | null | undefined })[],
): Choice[] {
  return extensions.map(({ id, slug, name, status }) => {
    const detail = [name, status].filter((part) => part != null && part !== '').join(', ');
    return { value: id, label: slug ?? id, ...(detail === '' ? {} : { detail }) };
  });
}

interface VersionSummary {
  readonly version: string;
  readonly status: string;
  readonly submittedAt?: string | null | undefined;
}

/** `latest`, then undecided versions, then the others; each group newest first. */
export function versionChoices(versions: readonly VersionSummary[]): Choice[] {
  const [latest] = versions.toSorted((left, right) => compareVersions(right.version, left.version));
  if (latest === undefined) return [];
  const single = versions
    .toSorted(
      (left, right) =>
        Number(isDecided(left)) - Number(isDecided(right)) ||
        (right.submittedAt ?? '').localeCompare(left.submittedAt ?? ''),
    )
    .map(({ version, status }) => ({ value: version, label: version, detail: status }));
  const newest = {
    value: 'latest',
    label: 'latest',
    detail: `${latest.version}, ${latest.status}`,
  };
  return [newest, ...single];
}

/**
 * Confirms that an extension becomes public, which can't be undone by deleting it.
 * @throws LumioError confirmation, if the user declines or prompts are disabled
 */
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
