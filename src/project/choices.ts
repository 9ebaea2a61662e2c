/** What there is to choose from, as lists for a person at a terminal. Pure. */
import type { Choice, Prompter } from '../host.ts';
import type { KnownExtension } from './target.ts';
import { compareVersions } from './version.ts';

/** Extensions under their slugs; the value is the id. */
export function extensionChoices(
  extensions: readonly (KnownExtension & { readonly status?: string | null | undefined })[],
): Choice[] {
  return extensions.map(({ id, slug, name, status }) => {
    const detail = [name, status].filter((part) => part != null && part !== '').join(', ');
    return { value: id, label: slug ?? id, ...(detail === '' ? {} : { detail }) };
  });
}

interface Listed {
  readonly version: string;
  readonly status: string;
  readonly submittedAt?: string | null | undefined;
}

/** `latest` first, which is the highest one; then versions under their numbers: undecided ones before others, the latest submission first. */
export function versionChoices(versions: readonly Listed[]): Choice[] {
  const [latest] = versions.toSorted((left, right) => compareVersions(right.version, left.version));
  if (latest === undefined) return [];
  const single = versions
    .toSorted(
      (left, right) =>
        rank(left) - rank(right) || (right.submittedAt ?? '').localeCompare(left.submittedAt ?? ''),
    )
    .map(({ version, status }) => ({ value: version, label: version, detail: status }));
  return [
    { value: 'latest', label: 'latest', detail: `${latest.version}, ${latest.status}` },
    ...single,
  ];
}

function rank({ status }: Listed): number {
  return status === 'approved' || status === 'rejected' ? 1 : 0;
}

/**
 * @param onChosen is told the slug, else the id
 * @returns the id of the one that the person chooses; undefined when there is none to choose from
 */
export async function chooseExtension(
  extensions: readonly KnownExtension[],
  ask: () => Promise<Prompter>,
  onChosen: (name: string) => void,
): Promise<string | undefined> {
  if (extensions.length === 0) return undefined;
  const id = await (
    await ask()
  ).select({ message: 'Which extension?', choices: extensionChoices(extensions) });
  onChosen(extensions.find((extension) => extension.id === id)?.slug ?? id);
  return id;
}
