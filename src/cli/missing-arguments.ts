/** Required arguments that were not written: asked for on a terminal, all named at once where nobody can be asked. */
import { type Command, type RawValue, type ParameterSpec, longFlag } from './command.ts';
import type { Context } from './context.ts';
import { LumioError } from '../errors.ts';
import type { Choice, Prompter } from '../host.ts';
import { versionChoices } from '../project/choices.ts';

export interface Written {
  readonly command: Command;
  readonly args: Readonly<Record<string, RawValue>>;
  readonly options: Readonly<Record<string, RawValue>>;
}

type Missing = readonly [key: string, spec: ParameterSpec<unknown>];

/**
 * @returns the arguments, with those that were missing as the person gave them
 * @throws LumioError usage that names all that is missing; interrupted when a question is cancelled
 */
export async function completeArgs(
  written: Written,
  ctx: Context,
): Promise<Readonly<Record<string, RawValue>>> {
  const missing = Object.entries(written.command.args).filter(
    ([key, spec]) => spec.flags.startsWith('<') && written.args[key] === undefined,
  );
  // A list of words, as of a command to run, is nothing to be asked for.
  if (!ctx.options.interactive || missing.some(([, spec]) => spec.isRepeatable === true))
    throw await missingInput(missing, written, ctx);
  const args = { ...written.args };
  for (const [key, spec] of missing) args[key] = await ask(spec, written, ctx);
  return args;
}

async function ask(spec: ParameterSpec<unknown>, written: Written, ctx: Context): Promise<string> {
  const choices = await choicesFor(spec, written, ctx);
  const prompter: Prompter = await ctx.prompts.require({
    message: `${spec.flags} is missing.`,
    hint: `${spec.flags}: ${spec.description}`,
  });
  const message = `${spec.flags.replaceAll(/[<>]/g, '')} (${spec.description}):`;
  if (choices.length > 0) return prompter.select({ message, choices });
  return prompter.text({
    message,
    check: (answer) => (answer.trim() === '' ? 'An answer is needed.' : undefined),
  });
}

/** What the server has, where the argument names such a thing. */
async function choicesFor(
  spec: ParameterSpec<unknown>,
  written: Written,
  ctx: Context,
): Promise<readonly Choice[]> {
  if (spec.choices !== undefined) return spec.choices.map((value) => ({ value, label: value }));
  if (
    spec.allowsNewValue === true ||
    (spec.completion !== 'version' && spec.completion !== 'secret')
  )
    return [];
  const { extension } = written.options;
  const { id } = await ctx.target.resolve(typeof extension === 'string' ? extension : undefined);
  const client = await ctx.client();
  if (spec.completion === 'version')
    return versionChoices((await client.listVersions(id)).versions);
  return (await client.listSecrets(id)).keys.map((key) => ({ value: key, label: key }));
}

async function missingInput(
  missing: readonly Missing[],
  written: Written,
  ctx: Context,
): Promise<LumioError> {
  const extension = await missingExtension(written, ctx);
  const specs = [
    ...missing.map(([, spec]) => spec),
    ...(extension === undefined ? [] : [extension]),
  ];
  const name = `lumio ${written.command.path.join(' ')}`;
  return new LumioError('usage', {
    code: 'missing_input',
    message: `${name} needs ${specs.map(({ flags }) => flags).join(' and ')}.`,
    hint: `${specs.map(({ flags, description }) => `${flags}: ${description}`).join('; ')}.`,
    next: `${name} --help`,
    details: { missing: specs.map(({ flags, description }) => ({ flags, description })) },
  });
}

/** The option that says which extension is meant, where nothing says it. */
async function missingExtension(
  { command, options }: Written,
  ctx: Context,
): Promise<ParameterSpec<unknown> | undefined> {
  const spec = Object.values(command.options).find(
    ({ flags }) => longFlag(flags) === '--extension',
  );
  if (
    spec === undefined ||
    options['extension'] !== undefined ||
    (ctx.host.env['LUMIO_EXTENSION'] ?? '') !== ''
  )
    return undefined;
  return (await ctx.project())?.extensionId === undefined ? spec : undefined;
}
