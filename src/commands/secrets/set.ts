import {
  defineCommand,
  file,
  flag,
  type ParsedValues,
  required,
  result,
  string,
} from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { conflictingOptions } from '../../errors.ts';
import type { SecretSource } from '../../input/secret.ts';
import { targetLabel } from '../../project/target.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

const args = {
  key: required(
    string('<key>', 'Name of the secret', { completion: 'secret', allowsNewValue: true }),
  ),
  value: string('[value]', 'Value; "-" for stdin (an argument ends up in the shell history)', {
    isSecret: true,
  }),
} as const;

const options = {
  extension: extensionOption,
  fromFile: file('--from-file <file>', 'Read the value from a file; "-" for stdin', {
    isSecret: true,
  }),
  fromEnv: string('--from-env <name>', 'Read the value from an environment variable', {
    isSecret: true,
  }),
  raw: flag('--raw', 'Keep a final newline from stdin'),
  allowEmpty: flag('--allow-empty', 'Allow an empty value'),
} as const;

type Args = ParsedValues<typeof args>;
type Options = ParsedValues<typeof options>;

export const secretsSet = defineCommand({
  path: ['secrets', 'set'],
  summary: 'Set a secret',
  details:
    'The value is stored byte for byte and never printed. One final newline from stdin is ' +
    'removed; --raw keeps it. The prompt accepts one line: use --from-file or stdin for a ' +
    'value with several lines.',
  args,
  options,
  examples: {
    'lumio secrets set API_KEY': 'Enter the value at a hidden prompt',
    'printf %s "$TOKEN" | lumio secrets set API_KEY': 'Read the value from stdin',
    'lumio secrets set CERT --from-file cert.pem': 'Read the value from a file',
  },
  errors: ['auth', 'not_found', 'refused', 'rejected'],
  async run(args, options, ctx) {
    const [{ readSecret }, { checkSecretName }] = await Promise.all([
      import('../../input/secret.ts'),
      import('../../secrets/name.ts'),
    ]);
    checkSecretName(args.key);
    const source = await sourceOf(args, options, ctx);
    const { allowEmpty } = options;
    const secret = await readSecret(source, { allowEmpty, signal: ctx.host.signal });
    ctx.redact.addName(args.key);
    ctx.redact.addSecret(secret.value);
    if (secret.cutNewline)
      ctx.log.note('Note: removed one final newline from stdin (--raw keeps it).');
    for (const note of secret.notes) ctx.log.note(`Note: the value ${noteTexts[note]}.`);
    const target = await ctx.target.resolve(options.extension);
    if (source.kind !== 'prompt') ctx.log.target(target);
    await (
      await ctx.client()
    ).call('setSecret', { id: target.id, key: args.key }, { body: { value: secret.value } });
    const { sizeBytes, cutNewline, notes } = secret;
    const size = `${sizeBytes} ${sizeBytes === 1 ? 'byte' : 'bytes'}`;
    return result(
      { key: args.key, set: true, sizeBytes, cutNewline, notes, extension: { id: target.id } },
      () => [statusLine('done', `Set ${args.key} of ${targetLabel(target)} (${size}).`)],
    );
  },
});

const noteTexts = {
  final_newline: 'ends with a newline, which is part of it',
  byte_order_mark: 'starts with a byte order mark, which is part of it',
  nul: 'contains NUL characters; it may be UTF-16',
} as const;

async function sourceOf(
  { key, value }: Args,
  options: Options,
  ctx: Context,
): Promise<SecretSource> {
  const { fromFile, fromEnv, raw } = options;
  const sources = [
    value !== undefined && 'the argument',
    fromFile !== undefined && '--from-file',
    fromEnv !== undefined && '--from-env',
  ].filter((source) => source !== false);
  if (sources.length > 1)
    throw conflictingOptions(`The value comes from both ${sources.join(' and ')}.`);
  if (fromEnv !== undefined) return { kind: 'environment', name: fromEnv, env: ctx.host.env };
  if (fromFile !== undefined && fromFile !== '-') {
    const { resolve } = await import('node:path');
    return { kind: 'file', path: resolve(ctx.host.cwd, fromFile) };
  }
  const isStdin = [value, fromFile].includes('-');
  if (isStdin || (value === undefined && !ctx.host.stdin.isTerminal))
    return { kind: 'stdin', stream: ctx.host.stdin.stream(), keepNewline: raw };
  if (value === undefined) return prompt(key, options.extension, ctx);
  ctx.log.note(
    'Note: a value passed as an argument is visible in the process list ' +
      'and the shell history. Use stdin instead.',
  );
  return { kind: 'argument', value };
}

async function prompt(
  key: string,
  extension: string | undefined,
  ctx: Context,
): Promise<SecretSource> {
  const prompter = await ctx.prompts.require({
    message: 'No value specified.',
    hint: 'Pipe the value to stdin, or pass --from-file or --from-env.',
  });
  // Fails before the user types the secret, not after.
  ctx.log.target(await ctx.target.resolve(extension));
  const value = await prompter.secret({
    message: `Value of ${key}:`,
    otherWay: 'For a value with several lines, use --from-file or stdin.',
  });
  return { kind: 'prompt', value };
}
