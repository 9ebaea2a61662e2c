/** Lists that prompts offer. */
import type { Choice, Prompter } from '../host.ts';
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
 * @param onChosen receives the slug, or the ID of an extension without one
 * @returns the ID of the chosen extension; undefined if there is none to choose from
 */
export async function chooseExtension(
  extensions: readonly KnownExtension[],
  openPrompts: () => Promise<Prompter>,
  onChosen: (name: string) => void,
): Promise<string | undefined> {
  if (extensions.length === 0) return undefined;
  const prompter = await openPrompts();
  const id = await prompter.select({
    message: 'Select an extension:',
    choices: extensionChoices(extensions),
  });
  onChosen(extensions.find((extension) => extension.id === id)?.slug ?? id);
  return id;
}
