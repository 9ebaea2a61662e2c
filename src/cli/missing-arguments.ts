/** Missing required arguments: prompted for, or all named in one error. */
import type { Command, RawInput } from './command.ts';
import type { Context } from './context.ts';
import { LumioError } from '../errors.ts';
import type { Choice, Prompter } from '../host.ts';
import { versionChoices } from '../project/choices.ts';
import { longFlag, type ParameterSpec, type RawValue } from './parameters.ts';

interface Passed extends RawInput {
  readonly command: Command;
}

type Missing = readonly [key: string, spec: ParameterSpec<unknown>];

/**
 * @throws LumioError usage that names everything missing; interrupted when a prompt is cancelled
 */
export async function completeArgs(
  passed: Passed,
  ctx: Context,
): Promise<Readonly<Record<string, RawValue>>> {
  const missing = Object.entries(passed.command.args).filter(
    ([key, spec]) => spec.flags.startsWith('<') && passed.args[key] === undefined,
  );
  // A prompt can't ask for a list.
  if (!ctx.options.interactive || missing.some(([, spec]) => spec.isRepeatable === true))
    throw await missingInput(missing, passed, ctx);
  const args = { ...passed.args };
  for (const [key, spec] of missing) args[key] = await ask(spec, passed, ctx);
  return args;
}

async function ask(spec: ParameterSpec<unknown>, passed: Passed, ctx: Context): Promise<string> {
  const choices = await choicesFor(spec, passed, ctx);
  const prompter: Prompter = await ctx.prompts.require({
    message: `Missing required argument: ${spec.flags}.`,
    hint: `Specify ${spec.flags}: ${spec.description}.`,
  });
  const name = spec.flags.replaceAll(/[<>.]/g, '');
  if (choices.length > 0) return prompter.select({ message: `Select a ${name}:`, choices });
  return prompter.text({
    message: `${capitalized(name)}:`,
    check: (input) => (input.trim() === '' ? 'Enter a value.' : undefined),
  });
}

/** What exists on the server. */
async function choicesFor(
  spec: ParameterSpec<unknown>,
  passed: Passed,
  ctx: Context,
): Promise<readonly Choice[]> {
  if (spec.choices !== undefined) return spec.choices.map((value) => ({ value, label: value }));
  if (
    spec.allowsNewValue === true ||
    (spec.completion !== 'version' && spec.completion !== 'secret')
  )
    return [];
  const { extension } = passed.options;
  const { id } = await ctx.target.resolve(typeof extension === 'string' ? extension : undefined);
  const client = await ctx.client();
  if (spec.completion === 'version')
    return versionChoices((await client.call('listVersions', { id })).versions);
  return (await client.call('listSecrets', { id })).keys.map((key) => ({ value: key, label: key }));
}

async function missingInput(
  missing: readonly Missing[],
  passed: Passed,
  ctx: Context,
): Promise<LumioError> {
  const extension = await missingExtension(passed, ctx);
  const specs = [
    ...missing.map(([, spec]) => spec),
    ...(extension === undefined ? [] : [extension]),
  ].map(({ flags, description }) => ({ flags, description }));
  const described = specs.map(({ flags, description }) => `${flags}: ${description}`);
  const name = `lumio ${passed.command.path.join(' ')}`;
  return new LumioError('usage', {
    code: 'missing_input',
    message: `Missing required input: ${specs.map(({ flags }) => flags).join(', ')}.`,
    hint: `Specify ${described.join('; ')}.`,
    next: `${name} --help`,
    details: { missing: specs },
  });
}

/** `--extension`, if nothing names an extension. */
async function missingExtension(
  { command, options }: Passed,
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

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
