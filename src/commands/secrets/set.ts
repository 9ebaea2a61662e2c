import { defineCommand, flag, requiredString, result, string } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';
import type { SecretSource } from '../../input/secret.ts';
import { statusLine } from '../../terminal/view.ts';
import { extensionOption } from '../shared-options.ts';

export const secretsSet = defineCommand({
  path: ['secrets', 'set'],
  summary: 'Set a secret, byte for byte as it is given',
  details:
    'The question takes one line; a value of several comes from a file or stdin. From stdin exactly one final newline is cut, and said; --raw keeps it. Nothing else is ever changed. The value is never printed.',
  args: {
    key: requiredString('<key>', 'name of the secret', {
      completion: 'secret',
      allowsNewValue: true,
    }),
    value: string('[value]', 'the value; it shows in shell history, so prefer stdin. "-" = stdin', {
      isSecret: true,
    }),
  },
  options: {
    extension: extensionOption,
    fromFile: string('--from-file <file>', 'the value is what the file holds, to the byte', {
      completion: 'file',
    }),
    fromEnv: string('--from-env <name>', 'the value of an environment variable'),
    raw: flag('--raw', 'keep a final newline of stdin'),
    allowEmpty: flag('--allow-empty', 'an empty value is meant'),
  },
  examples: [
    { command: 'lumio secrets set API_KEY', text: 'Asks for the value without showing it' },
    { command: 'printf %s "$TOKEN" | lumio secrets set API_KEY', text: 'From stdin' },
    { command: 'lumio secrets set CERT --from-file cert.pem', text: 'From a file' },
  ],
  errors: ['auth', 'not_found', 'refused', 'rejected'],
  json: '{"key", "set": true, "sizeBytes", "cutNewline": whether a final newline of stdin was cut, "extension": {"id"}}',
  async run(args, options, ctx) {
    const [{ readSecret }, { checkSecretKey }] = await Promise.all([
      import('../../input/index.ts'),
      import('../../secrets/index.ts'),
    ]);
    checkSecretKey(args.key);
    const source = await sourceOf(args, options, ctx);
    const secret = await readSecret(source, {
      allowEmpty: options.allowEmpty,
      signal: ctx.host.signal,
    });
    ctx.redact.addSecret(secret.value);
    if (secret.cutNewline)
      ctx.log.note('Note: one final newline of stdin was cut (--raw keeps it).');
    const target = await ctx.target.resolve(options.extension);
    ctx.log.target(target);
    await (await ctx.client()).setSecret(target.id, args.key, secret.value);
    const data = {
      key: args.key,
      set: true,
      sizeBytes: secret.sizeBytes,
      cutNewline: secret.cutNewline,
      extension: { id: target.id },
    };
    return result(data, () => [
      statusLine(
        'done',
        `Set ${args.key} of ${target.slug ?? target.id} (${secret.sizeBytes} ${secret.sizeBytes === 1 ? 'byte' : 'bytes'}).`,
      ),
    ]);
  },
});

type Ways = { readonly key: string; readonly value: string | undefined };
type Options = {
  readonly extension: string | undefined;
  readonly fromFile: string | undefined;
  readonly fromEnv: string | undefined;
  readonly raw: boolean;
};

async function sourceOf(
  { key, value }: Ways,
  options: Options,
  ctx: Context,
): Promise<SecretSource> {
  const given = [
    value !== undefined && 'the argument',
    options.fromFile !== undefined && '--from-file',
    options.fromEnv !== undefined && '--from-env',
  ].filter((way) => way !== false);
  if (given.length > 1) {
    throw new LumioError('usage', {
      code: 'conflicting_options',
      message: `The value is given twice: by ${given.join(' and by ')}.`,
      hint: 'Give it in one way.',
    });
  }
  const { resolvePath } = await import('../../input/index.ts');
  if (options.fromFile !== undefined)
    return { kind: 'file', path: resolvePath(ctx.host.cwd, options.fromFile) };
  if (options.fromEnv !== undefined)
    return { kind: 'environment', name: options.fromEnv, env: ctx.host.env };
  if (value === '-' || (value === undefined && !ctx.host.stdin.isTerminal))
    return { kind: 'stdin', stream: ctx.host.stdin.stream(), keepNewline: options.raw };
  if (value === undefined) return askValue(key, options.extension, ctx);
  ctx.log.note(
    'Note: a value given as an argument shows in the process list and in shell history; stdin does not.',
  );
  return { kind: 'argument', value };
}

async function askValue(
  key: string,
  extension: string | undefined,
  ctx: Context,
): Promise<SecretSource> {
  const prompter = await ctx.prompts.require({
    message: 'The secret needs a value.',
    hint: 'Pipe it in, or give --from-file or --from-env.',
  });
  // Nobody is to type a secret for an extension that is not there.
  await ctx.target.resolve(extension);
  return {
    kind: 'prompt',
    value: await prompter.secret({
      message: `Value of ${key}:`,
      otherWay: 'Give a value of several lines with --from-file, or through stdin.',
    }),
  };
}
