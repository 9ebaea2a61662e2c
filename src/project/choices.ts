/** What there is to choose from, as lists for a person at a terminal. Pure. */
import type { Choice, Prompter } from '../host.ts';
import type { Known } from './target.ts';

/** Extensions under their slugs; the value is the id. */
export function extensionChoices(extensions: readonly (Known & { readonly status?: string | null | undefined })[]): Choice[] {
  return extensions.map(({ id, slug, name, status }) => {
    const detail = [name, status].filter((part) => part != null && part !== '').join(', ');
    return { value: id, label: slug ?? id, ...(detail === '' ? {} : { detail }) };
  });
}

/** Versions under their numbers, the latest submission first. */
export function versionChoices(versions: readonly { readonly version: string; readonly status: string; readonly submittedAt?: string | null | undefined }[]): Choice[] {
  return versions
    .toSorted((left, right) => (right.submittedAt ?? '').localeCompare(left.submittedAt ?? ''))
    .map(({ version, status }) => ({ value: version, label: version, detail: status }));
}

/** @returns the id of the one that the person chooses; undefined when there is none to choose from */
export async function chooseExtension(extensions: readonly Known[], ask: () => Promise<Prompter>): Promise<string | undefined> {
  if (extensions.length === 0) return undefined;
  return (await ask()).select({ message: 'Which extension?', choices: extensionChoices(extensions) });
}
