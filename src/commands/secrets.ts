import {
  type ParsedValues,
  defineCommand,
  file,
  flag,
  required,
  result,
  string,
  strings,
} from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { conflictingOptions } from '../errors.ts';
import type { SecretSource } from '../input/secret.ts';
import { extensionArguments } from '../project/follow-up.ts';
import { targetLabel } from '../project/target.ts';
import { formatCount } from '../shared/quantities.ts';
import { statusLine, table } from '../terminal/view.ts';
import { extensionArgument, extensionOption, limitOption, applyLimit } from './shared-options.ts';

const setArgs = {
  key: required(
    string('<key>', 'Name of the secret', { completion: 'secret', allowsNewValue: true }),
  ),
  value: string('[value]', 'Value; "-" for stdin (an argument ends up in the shell history)', {
    isSecret: true,
  }),
} as const;

const setOptions = {
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

type SetArgs = ParsedValues<typeof setArgs>;
type SetOptions = ParsedValues<typeof setOptions>;

export const secretsSet = defineCommand({
  path: ['secrets', 'set'],
  summary: 'Set a secret',
  details:
    'The value is stored byte for byte and never printed. One final newline from stdin is ' +
    'removed; --raw keeps it. The prompt accepts one line: use --from-file or stdin for a ' +
    'value with several lines.',
  args: setArgs,
  options: setOptions,
  examples: {
    'lumio secrets set API_KEY': 'Enter the value at a hidden prompt',
    'printf %s "$TOKEN" | lumio secrets set API_KEY': 'Read the value from stdin',
    'lumio secrets set CERT --from-file cert.pem': 'Read the value from a file',
  },
  errors: ['auth', 'not_found', 'refused', 'rejected'],
  async run(args, options, ctx) {
    const [{ readSecret }, { checkSecretName }] = await Promise.all([
      import('../input/secret.ts'),
      import('../secrets/name.ts'),
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
    const size = formatCount(sizeBytes, 'byte');
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
  { key, value }: SetArgs,
  options: SetOptions,
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
  if (fromEnv !== undefined) return { kind: 'environment', value: ctx.host.env[fromEnv] };
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

export const secretsList = defineCommand({
  path: ['secrets', 'list'],
  summary: 'List secret names',
  details: 'The API never returns values.',
  args: { extension: extensionArgument },
  options: { extension: extensionOption, limit: limitOption },
  examples: { 'lumio secrets list': 'Print one name per line' },
  errors: ['auth', 'not_found'],
  async run(args, options, ctx) {
    const target = await ctx.target.resolve({ argument: args.extension, flag: options.extension });
    const response = await (await ctx.client()).call('listSecrets', { id: target.id });
    const named = extensionArguments(target, ctx.host.cwd);
    const shown = applyLimit(response.keys, options.limit, ctx.log);
    return result({ ...response, keys: shown }, ({ keys }) => [
      table(
        [{ label: 'Name', flexible: true, wraps: true }],
        keys.map((key) => [key]),
        `No secrets yet. Set one with "lumio secrets set <name>${named}".`,
      ),
    ]);
  },
});

export const secretsDelete = defineCommand({
  path: ['secrets', 'delete'],
  summary: 'Delete secrets',
  args: {
    key: required(string('<key>', 'Name of the secret', { completion: 'secret' })),
    others: strings('[keys...]', 'Names of more secrets', { completion: 'secret' }),
  },
  options: { extension: extensionOption },
  examples: {
    'lumio secrets delete OLD_KEY --yes': 'Delete without a prompt',
    'lumio secrets delete OLD_KEY UNUSED_TOKEN': 'Delete two secrets',
  },
  errors: ['auth', 'not_found', 'confirmation'],
  async run(args, options, ctx) {
    const { checkSecretName, checkStored } = await import('../secrets/name.ts');
    const keys = [...new Set([args.key, ...args.others])];
    for (const key of keys) checkSecretName(key);
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    const name = targetLabel(target);
    const client = await ctx.client();
    if (ctx.options.interactive || ctx.options.yes) {
      const stored = (await client.call('listSecrets', { id: target.id })).keys;
      for (const key of keys) checkStored(key, stored, name);
    }
    await ctx.prompts.confirm({
      consequence: `Deleting ${described(keys)} of ${name} can't be undone.`,
      question: `Delete ${described(keys)} of ${name}?`,
      declined: 'Nothing was deleted.',
    });
    const extension = { id: target.id };
    const view = () => [statusLine('done', `Deleted ${described(keys)} of ${name}.`)];
    if (keys.length === 1) {
      await client.call('deleteSecret', { id: target.id, key: args.key });
      return result({ key: args.key, deleted: true, extension }, view);
    }
    const { applyImport, reportImport } = await import('../secrets/apply-import.ts');
    const plan = keys.map((key) => ({ key, action: 'delete' as const, value: undefined }));
    const results = await applyImport(plan, { client, extensionId: target.id });
    return result({ secrets: reportImport(results, extension), extension }, view);
  },
});

function described(keys: readonly string[]): string {
  return `the ${keys.length === 1 ? 'secret' : 'secrets'} ${keys.join(', ')}`;
}
