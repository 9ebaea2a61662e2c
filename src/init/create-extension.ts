/** A new extension, from what the command line, the folder's files and the person at the terminal say. */
import { basename, dirname } from 'node:path';
import type { ExtensionInput } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import type { Prompter } from '../host.ts';
import type { LinkedDirectory } from './directory.ts';
import type { LinkRequest } from './target.ts';

type NewExtension = Extract<LinkRequest, { kind: 'new' }>;

/** Longer texts are no sentence for search results. */
const longestSummary = 200;

/**
 * The body for `POST /extensions`. What `lumio.config.json` says of description, pricing and visibility goes along.
 * @param prompter the person, if one may be asked; a name on the command line leaves nothing to be asked
 * @throws LumioError usage, when there is no name and nobody to ask
 */
export async function newExtension(
  request: NewExtension,
  folder: LinkedDirectory,
  prompter: Prompter | undefined,
): Promise<ExtensionInput> {
  const { manifest } = folder;
  const told = {
    name: request.name ?? knownName(folder),
    summary: request.shortDescription ?? knownSummary(folder),
  };
  const { name, summary } =
    prompter === undefined || request.name !== undefined
      ? told
      : await askBoth(prompter, { ...told, name: told.name ?? basename(dirname(folder.path)) });
  if (!hasText(name)) throw nameless();
  return {
    name: name.trim(),
    ...(hasText(summary) ? { short_description: summary.trim() } : {}),
    ...declared(manifest),
  };
}

/** What the manifest says beside the name, under the API's names. */
function declared(manifest: LinkedDirectory['manifest']): ExtensionInput {
  const { pricing, visibility } = manifest?.raw ?? {};
  return {
    ...(manifest?.description === undefined ? {} : { description: manifest.description }),
    ...(isPricing(pricing) ? { pricing } : {}),
    ...(typeof visibility === 'string' ? { visibility } : {}),
  };
}

interface Told {
  readonly name: string | undefined;
  readonly summary: string | undefined;
}

async function askBoth(prompter: Prompter, told: Told): Promise<Told> {
  const name = await prompter.text({
    message: 'Name of the new extension:',
    check: nameFlaw,
    ...(told.name === undefined ? {} : { initial: told.name }),
  });
  const summary = await prompter.text({
    message: 'One sentence for search results (may stay empty):',
    ...(told.summary === undefined ? {} : { initial: told.summary }),
  });
  return { name, summary };
}

function nameFlaw(answer: string): string | undefined {
  return hasText(answer) ? undefined : 'A name is needed.';
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

/** The scope of a package (`@team/…`) is no part of what people see. */
function knownName({ manifest, packageJson }: LinkedDirectory): string | undefined {
  return manifest?.name ?? packageJson?.name?.replace(/^@[^/]*\//, '');
}

function knownSummary({ manifest }: LinkedDirectory): string | undefined {
  const text = manifest?.description;
  return text === undefined || text.length > longestSummary || text.includes('\n')
    ? undefined
    : text;
}

function isPricing(value: unknown): value is { type: string } {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

function nameless(): LumioError {
  return new LumioError('usage', {
    code: 'missing_input',
    message: 'A new extension needs a name, and no file in this folder tells one.',
    hint: 'Give it with --name.',
    next: 'lumio init --create --name "My extension"',
  });
}
