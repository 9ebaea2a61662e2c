/** Links a folder to an extension: finds or makes it, asks where another link stands, writes `lumio.config.json`. */
import type { Client } from '../api/client.ts';
import { type Extension, extensionOf } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import type { Prompter } from '../host.ts';
import { extensionChoices } from '../project/choices.ts';
import { resolveTarget } from '../project/target.ts';
import { bumpVersion } from '../project/version.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { newExtension } from './create-extension.ts';
import { type LinkedDirectory, readDirectory, takesVersion, writeLink } from './directory.ts';
import type { LinkRequest } from './target.ts';

export interface LinkDeps {
  /** Absolute path of the folder to be linked. */
  readonly cwd: string;
  /** `agreed` where --yes was given. */
  readonly consent: 'agreed' | 'ask';
  /** Whether a person may be asked. */
  readonly interactive: boolean;
  client(): Promise<Client>;
  /** @throws LumioError usage, when nobody may be asked */
  ask(missing: { message: string; hint: string }): Promise<Prompter>;
  /** @throws LumioError confirmation, when nobody may be asked */
  askConsent(consequence: string): Promise<Prompter>;
  note(text: string): void;
  /** Whether a text holds something that must not be shown. */
  isSecret(text: string): boolean;
}

export interface LinkReport {
  readonly outcome: 'linked' | 'unchanged';
  /** Whether the extension was made by this command. */
  readonly created: boolean;
  readonly extension: Linked;
  /** Absolute path of the `lumio.config.json`. */
  readonly path: string;
  /** What the folder was linked to before; null when to nothing. */
  readonly previousId: string | null;
}

interface Linked {
  readonly id: string;
  readonly slug: string | null;
  readonly name: string | null;
}

const createChoice = { value: '+', label: 'Create a new extension' } as const;

/** @throws LumioError usage, refused or confirmation before anything was made or changed; what the client throws */
export async function link(request: LinkRequest, world: LinkDeps): Promise<LinkReport> {
  const folder = await readDirectory(world.cwd);
  if (folder.above !== undefined)
    world.note(
      `Note: ${folder.above.path} is the project above; this folder gets a lumio.config.json of its own.`,
    );
  const before = folder.manifest?.extensionId;
  if (
    request.kind === 'open' &&
    before !== undefined &&
    !(await wantsAnother(before, folder, world))
  )
    return unchanged({ id: before, slug: null, name: null }, folder);
  const settled = request.kind === 'open' ? await choose(world) : request;
  // After "open" the person has agreed already.
  const place: Place = {
    folder,
    world,
    before,
    isAgreed: request.kind === 'open' || world.consent === 'agreed',
  };
  return settled.kind === 'new' ? linkToNew(settled, place) : linkToExisting(settled, place);
}

interface Place {
  readonly folder: LinkedDirectory;
  readonly world: LinkDeps;
  /** What the folder is linked to so far. */
  readonly before: string | undefined;
  readonly isAgreed: boolean;
}

async function linkToExisting(
  request: Extract<LinkRequest, { kind: 'existing' }>,
  place: Place,
): Promise<LinkReport> {
  const { folder, world, before } = place;
  const extension = await find(request, world);
  if (before === extension.id || (before !== undefined && before === extension.slug))
    return unchanged(extension, folder);
  await agree(extension.slug ?? extension.id, place);
  checkHarmless(extension, world);
  await writeLink(
    folder,
    extension,
    takesVersion(folder) ? await nextVersion(extension.id, world) : undefined,
  );
  return {
    outcome: 'linked',
    created: false,
    extension,
    path: folder.path,
    previousId: before ?? null,
  };
}

/** After what the server has: a project that began with 1.0.0 would put an older version in the place of a newer one. */
async function nextVersion(id: string, world: LinkDeps): Promise<string | undefined> {
  const { versions } = await (await world.client()).listVersions(id);
  return versions.length === 0
    ? undefined
    : bumpVersion(
        'patch',
        versions.map(({ version }) => version),
      );
}

function unchanged(extension: Linked, { path }: LinkedDirectory): LinkReport {
  return { outcome: 'unchanged', created: false, extension, path, previousId: extension.id };
}

/** Nothing was said about a folder that is linked: where nobody can be asked, it stays as it is. */
async function wantsAnother(
  before: string,
  { path }: LinkedDirectory,
  world: LinkDeps,
): Promise<boolean> {
  if (!world.interactive) return false;
  const prompter = await world.ask({
    message: `${path} is linked to ${before}.`,
    hint: 'Name another extension with --extension.',
  });
  return prompter.confirm({
    message: `This folder is linked to ${before}. Link it to another extension?`,
    initial: false,
  });
}

async function choose(world: LinkDeps): Promise<Exclude<LinkRequest, { kind: 'open' }>> {
  const prompter = await world.ask({
    message:
      'It is not said what this folder is to be linked to: --extension <id or slug>, or --create with --name <name>.',
    hint: '"lumio extensions list" shows your extensions.',
  });
  const { extensions } = await (await world.client()).listExtensions();
  const value = await prompter.select({
    message: 'Link this folder to:',
    choices: [...extensionChoices(extensions), createChoice],
  });
  if (value === createChoice.value)
    return { kind: 'new', name: undefined, shortDescription: undefined };
  return { kind: 'existing', named: { env: {}, chosen: value } };
}

/** Looked up also when the id is given, so that no folder is linked to what is not there. */
async function find(
  { named }: Extract<LinkRequest, { kind: 'existing' }>,
  world: LinkDeps,
): Promise<Linked> {
  const client = await world.client();
  const listExtensions = async (): Promise<readonly Extension[]> =>
    (await client.listExtensions()).extensions;
  const { id, sourceLabel } = await resolveTarget({ ...named, listExtensions });
  const linked = linkedOf(extensionOf(await client.getExtension(id)));
  world.note(`Extension: ${linked.slug ?? linked.id} (from ${sourceLabel})`);
  return linked;
}

/** Asks before a link is replaced. */
async function agree(to: string, { folder, world, before, isAgreed }: Place): Promise<void> {
  if (before === undefined || isAgreed) return;
  const prompter = await world.askConsent(
    `${folder.path} is linked to ${before} already; it would be linked to ${to}.`,
  );
  if (
    await prompter.confirm({
      message: `This folder is linked to ${before}. Link it to ${to} instead?`,
      initial: false,
    })
  )
    return;
  throw new LumioError('confirmation', {
    code: 'not_confirmed',
    message: `Not confirmed. The folder stays linked to ${before}.`,
  });
}

async function linkToNew(
  request: Extract<LinkRequest, { kind: 'new' }>,
  place: Place,
): Promise<LinkReport> {
  const { folder, world, before } = place;
  await agree('a new extension', place);
  const mayAsk = world.interactive && world.consent === 'ask';
  const prompter = mayAsk
    ? await world.ask({ message: 'A new extension needs a name.', hint: 'Give it with --name.' })
    : undefined;
  const body = await newExtension(request, folder, prompter);
  const { answer } = await (await world.client()).createExtension(body);
  const extension = linkedOf(answer.extension);
  try {
    checkHarmless(extension, world);
    await writeLink(folder, extension);
  } catch (thrown) {
    throw madeButNotLinked(thrown, extension);
  }
  return {
    outcome: 'linked',
    created: true,
    extension,
    path: folder.path,
    previousId: before ?? null,
  };
}

/** The file is there to be shared: a server that calls an extension by the key it was sent must not get it in there. */
function checkHarmless({ id, name }: Linked, world: LinkDeps): void {
  if (![id, name ?? ''].some((text) => world.isSecret(text))) return;
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message:
      'The id or the name of the extension that the server sent holds the API key, which would be written to lumio.config.json.',
    hint: 'Check that --api-url points to the Lumio API.',
  });
}

function madeButNotLinked(thrown: unknown, { id }: Linked): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  const { message } = thrown.problem;
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    message: `The extension ${id} was created, but not linked: ${message}`,
    next: `lumio init -e ${shellQuote(id)}`,
    cause: thrown,
  });
}

function linkedOf({ id, slug, name }: Extension): Linked {
  return { id, slug: slug ?? null, name: name ?? null };
}
