/** What prompts ask about extensions and versions. */
import type { Version } from '../api/resources.ts';
import type { Context } from '../cli/context.ts';
import type { Choice, Prompter } from '../host.ts';
import { isDecided } from './follow-up.ts';
import type { KnownExtension } from './target.ts';
import { bumpVersion, compareVersions, isVersion } from './version.ts';

export function extensionChoices(
  extensions: readonly (KnownExtension & { readonly status?: string | null | undefined })[],
): Choice[] {
  return extensions.map(({ id, slug, name, status }) => {
    const detail = [name, status].filter((part) => part != null && part !== '').join(', ');
    return { value: id, label: slug ?? id, ...(detail === '' ? {} : { detail }) };
  });
}

/** Undecided versions, then the others; each group newest first. */
export function versionChoices(
  versions: readonly Pick<Version, 'version' | 'status' | 'submittedAt'>[],
): Choice[] {
  const [latest] = versions.toSorted((left, right) => compareVersions(right.version, left.version));
  return versions
    .toSorted(
      (left, right) =>
        Number(isDecided(left)) - Number(isDecided(right)) ||
        (right.submittedAt ?? '').localeCompare(left.submittedAt ?? ''),
    )
    .map(({ version, status }) => ({
      value: version,
      label: version,
      detail: version === latest?.version ? `latest, ${status}` : status,
    }));
}

/**
 * Confirms that an extension becomes public, which can't be undone by deleting it.
 * @throws LumioError confirmation, if the user declines or prompts are disabled
 */
export async function confirmPublic(
  visibility: unknown,
  name: string,
  ctx: Context,
): Promise<void> {
  if (!isPublic(visibility)) return;
  await ctx.prompts.confirm({
    consequence:
      `With visibility "${visibility}" ${name} is publicly listed, ` +
      "and can't be deleted afterwards.",
    question: `Make ${name} ${visibility}? It can't be deleted afterwards.`,
    declined: 'Nothing was changed.',
  });
}

export function isPublic(visibility: unknown): visibility is 'public' | 'paid' {
  return visibility === 'public' || visibility === 'paid';
}

/**
 * @param existing version numbers on the server
 * @returns the next patch, minor or major version, or another one that the user types
 */
export async function chooseVersion(
  existing: readonly string[],
  prompts: Context['prompts'],
): Promise<string> {
  const prompter = await prompts.require({
    message: 'No version specified.',
    hint: 'Pass --version <semver> or --bump <major|minor|patch>.',
  });
  const next = (['patch', 'minor', 'major'] as const).map((part) => {
    const version = bumpVersion(part, existing);
    return { value: version, label: version, detail: part };
  });
  const other = { value: 'other', label: 'Another version' };
  const chosen = await prompter.select({
    message: 'Select the version:',
    choices: [...next, other],
  });
  if (chosen !== other.value) return chosen;
  return prompter.text({
    message: 'Version:',
    check: (text) => (isVersion(text.trim()) ? undefined : 'Use three numbers, such as 1.3.0.'),
  });
}

interface NameAndSummary {
  readonly name: string;
  readonly shortDescription: string;
}

/** Asks what a new extension needs. @param initial suggested answers */
export async function askForExtension(
  prompter: Prompter,
  { name, shortDescription }: { readonly [Key in keyof NameAndSummary]?: string | undefined },
): Promise<NameAndSummary> {
  return {
    name: await prompter.text({
      message: 'Name of the new extension:',
      ...(name === undefined ? {} : { initial: name }),
      check: (text) => (text.trim() === '' ? 'Enter a name.' : undefined),
    }),
    shortDescription: await prompter.text({
      message: 'Short description for search results (optional):',
      ...(shortDescription === undefined ? {} : { initial: shortDescription }),
    }),
  };
}
