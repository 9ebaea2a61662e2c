/** Links a directory to an extension: finds or creates it, then writes lumio.config.json. */
import type { Extension } from '../api/resources.ts';
import { extensionOf } from '../api/schemas.ts';
import type { Context } from '../cli/context.ts';
import { LumioError, conflictingOptions } from '../errors.ts';
import { confirmPublic, extensionChoices } from '../project/choices.ts';
import { isNamed, resolveTarget, type TargetSources } from '../project/target.ts';
import { bumpVersion } from '../project/version.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import {
  type LinkedDirectory,
  type NewExtension,
  needsVersion,
  newExtension,
  readDirectory,
  writeLink,
} from './directory.ts';

export interface LinkOptions extends NewExtension {
  readonly extension: string | undefined;
  readonly create: boolean;
}

export interface LinkReport {
  readonly outcome: 'linked' | 'unchanged';
  readonly created: boolean;
  readonly extension: LinkedExtension;
  /** Absolute path of the lumio.config.json. */
  readonly path: string;
  readonly previousId: string | null;
}

interface LinkedExtension {
  readonly id: string;
  readonly slug: string | null;
  readonly name: string | null;
}

type Sources = Omit<TargetSources, 'listExtensions'>;

const createChoice = { value: '+', label: 'Create a new extension' } as const;

/**
 * @throws LumioError usage, refused or confirmation, before anything is created or changed; what
 * the client throws
 */
export async function link(options: LinkOptions, ctx: Context): Promise<LinkReport> {
  checkOptions(options);
  const directory = await readDirectory(ctx.host.cwd);
  if (directory.above !== undefined)
    ctx.log.note(`Note: ${directory.above.path} isn't changed; this directory gets its own file.`);
  const sources = { flag: options.extension, env: ctx.host.env };
  if (options.create) return linkNew(options, directory, ctx, false);
  if (isNamed(sources)) return linkExisting(sources, directory, ctx, false);
  const linked = directory.manifest?.extensionId;
  if (linked !== undefined && !(await confirmRelink(directory, ctx)))
    return unchanged({ id: linked, slug: null, name: directory.manifest?.name ?? null }, directory);
  const chosen = await choose(ctx);
  if (chosen !== createChoice.value) return linkExisting({ env: {}, chosen }, directory, ctx, true);
  return linkNew({ name: undefined, shortDescription: undefined }, directory, ctx, true);
}

function checkOptions({ create, extension, name, shortDescription }: LinkOptions): void {
  if (create && extension !== undefined)
    throw conflictingOptions("--create and --extension can't be combined.");
  if (!create && (name !== undefined || shortDescription !== undefined))
    throw conflictingOptions(
      '--name and --short-description describe a new extension.',
      'Add --create, or remove them.',
    );
}

async function linkExisting(
  sources: Sources,
  directory: LinkedDirectory,
  ctx: Context,
  isConfirmed: boolean,
): Promise<LinkReport> {
  const extension = await find(sources, ctx);
  const previousId = directory.manifest?.extensionId ?? null;
  if (previousId !== null && [extension.id, extension.slug].includes(previousId))
    return unchanged(extension, directory);
  if (!isConfirmed) await confirm(extension.slug ?? extension.id, directory, ctx);
  checkNoSecret(extension, ctx);
  await writeLink(directory, extension, await nextVersion(extension.id, directory, ctx));
  return { outcome: 'linked', created: false, extension, path: directory.path, previousId };
}

async function linkNew(
  values: NewExtension,
  directory: LinkedDirectory,
  ctx: Context,
  isConfirmed: boolean,
): Promise<LinkReport> {
  if (!isConfirmed) await confirm('a new extension', directory, ctx);
  const prompter =
    ctx.options.interactive && !ctx.options.yes ? await ctx.prompts.require(noName) : undefined;
  const body = await newExtension(values, directory, prompter);
  await confirmPublic(body.visibility, body.name ?? 'the extension', ctx);
  const { response } = await (await ctx.client()).createExtension(body);
  const extension = linkedExtension(response.extension);
  try {
    checkNoSecret(extension, ctx);
    await writeLink(directory, extension);
  } catch (thrown) {
    throw createdButNotLinked(thrown, extension);
  }
  const previousId = directory.manifest?.extensionId ?? null;
  return { outcome: 'linked', created: true, extension, path: directory.path, previousId };
}

function unchanged(extension: LinkedExtension, { path }: LinkedDirectory): LinkReport {
  return { outcome: 'unchanged', created: false, extension, path, previousId: extension.id };
}

/** `Sports Scoreboard (ext_…)` */
function linkedTo({ manifest }: LinkedDirectory): string {
  const { name, extensionId = '' } = manifest ?? {};
  return name === undefined ? extensionId : `${name} (${extensionId})`;
}

async function confirmRelink(
  directory: LinkedDirectory,
  { options, prompts }: Context,
): Promise<boolean> {
  if (!options.interactive) return false;
  const linked = linkedTo(directory);
  const prompter = await prompts.require({
    message: `${directory.path} is linked to ${linked}.`,
    hint: 'Specify another extension with --extension.',
  });
  return prompter.confirm({
    message: `This directory is linked to ${linked}. Link it to another extension?`,
    initial: false,
  });
}

/** @returns the ID of an extension, or the value of `createChoice` */
async function choose(ctx: Context): Promise<string> {
  const prompter = await ctx.prompts.require({
    message:
      'No extension specified: pass --extension <id or slug>, or --create with --name <name>.',
    hint: 'List your extensions with "lumio extensions list".',
  });
  const { extensions } = await (await ctx.client()).call('listExtensions');
  return prompter.select({
    message: 'Link this directory to:',
    choices: [...extensionChoices(extensions), createChoice],
  });
}

/** Looks up an ID too, so that no directory is linked to an unknown extension. */
async function find(sources: Sources, ctx: Context): Promise<LinkedExtension> {
  const client = await ctx.client();
  const listExtensions = async (): Promise<readonly Extension[]> =>
    (await client.call('listExtensions')).extensions;
  const target = await resolveTarget({ ...sources, listExtensions });
  const extension = linkedExtension(
    extensionOf(await client.call('getExtension', { id: target.id })),
  );
  ctx.log.target({ ...target, slug: extension.slug ?? undefined });
  return extension;
}

/** A new project must not deploy a version below those on the server. */
async function nextVersion(
  id: string,
  directory: LinkedDirectory,
  ctx: Context,
): Promise<string | undefined> {
  if (!needsVersion(directory)) return undefined;
  const { versions } = await (await ctx.client()).call('listVersions', { id });
  const numbers = versions.map(({ version }) => version);
  return numbers.length === 0 ? undefined : bumpVersion('patch', numbers);
}

async function confirm(to: string, directory: LinkedDirectory, ctx: Context): Promise<void> {
  if (directory.manifest?.extensionId === undefined) return;
  const linked = linkedTo(directory);
  await ctx.prompts.confirm({
    consequence: `${directory.path} is linked to ${linked}. This would link it to ${to}.`,
    question: `This directory is linked to ${linked}. Link it to ${to} instead?`,
    declined: `The directory is still linked to ${linked}.`,
  });
}

const noName = { message: 'No name specified for the new extension.', hint: 'Pass --name.' };

/** The file is shared, so it must not contain a key that a server echoes. */
function checkNoSecret({ id, name }: LinkedExtension, { redact }: Context): void {
  if ([id, name ?? ''].every((text) => redact.value(text) === text)) return;
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message:
      'The ID or name in the response contains the API key, ' +
      'which must not be written to lumio.config.json.',
    hint: 'Check that --api-url points to the Lumio API.',
  });
}

function createdButNotLinked(thrown: unknown, { id }: LinkedExtension): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  return new LumioError(thrown.kind, {
    ...thrown.problem,
    message: `Created the extension ${id}, but didn't link it: ${thrown.problem.message}`,
    next: `lumio init -e ${shellQuote(id)}`,
    cause: thrown,
  });
}

function linkedExtension({ id, slug, name }: Extension): LinkedExtension {
  return { id, slug: slug ?? null, name: name ?? null };
}
