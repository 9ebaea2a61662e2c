/** The body of create and update, from flags or from one JSON document. */
import { choice, string, type ParsedValues } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import { LumioError } from '../../errors.ts';

export const bodyOptions = {
  name: string('--name <name>', 'the name people see'),
  shortDescription: string('--short-description <text>', 'one sentence for search results'),
  description: string('--description <text>', 'the full description, Markdown'),
  descriptionFile: string(
    '--description-file <file>',
    'the full description from a file; "-" = stdin',
    { completion: 'file' },
  ),
  pricing: string(
    '--pricing <free or JSON>',
    'such as \'{"type": "one_time", "amount": 4.99, "currency": "EUR"}\'',
  ),
  visibility: choice('--visibility <visibility>', 'who can find it', [
    'private',
    'unlisted',
    'public',
    'paid',
  ]),
  input: string('--input <file.json>', 'the whole body as JSON; "-" = stdin', {
    completion: 'file',
  }),
} as const;

/**
 * @returns the body to be sent, with the API's names; empty when nothing was given
 * @throws LumioError usage, for JSON that is none or for flags beside --input
 */
export async function readBody(
  options: ParsedValues<typeof bodyOptions>,
  ctx: Context,
): Promise<Record<string, unknown>> {
  const written = await fromFlags(options, ctx);
  if (options.input === undefined) return written;
  if (Object.keys(written).length > 0)
    throw conflicting(
      '--input gives the whole body; the other flags would change it.',
      'Use either --input or the single flags.',
    );
  const { readBytes, readJsonObject } = await import('../../input/index.ts');
  return {
    ...(await readJsonObject(await readBytes(options.input, ctx.host), inputLabel(options.input))),
  };
}

async function fromFlags(
  options: ParsedValues<typeof bodyOptions>,
  ctx: Context,
): Promise<Record<string, unknown>> {
  if (options.description !== undefined && options.descriptionFile !== undefined) {
    throw conflicting(
      '--description and --description-file both give a description.',
      'Use one of them.',
    );
  }
  const body: Record<string, unknown> = {};
  if (options.name !== undefined) body['name'] = options.name;
  if (options.shortDescription !== undefined) body['short_description'] = options.shortDescription;
  const description = await readDescription(options, ctx);
  if (description !== undefined) body['description'] = description;
  if (options.pricing !== undefined) body['pricing'] = await readPricing(options.pricing);
  if (options.visibility !== undefined) body['visibility'] = options.visibility;
  return body;
}

async function readDescription(
  options: ParsedValues<typeof bodyOptions>,
  ctx: Context,
): Promise<string | undefined> {
  if (options.descriptionFile === undefined) return options.description;
  const { decodeText, readBytes } = await import('../../input/index.ts');
  return decodeText(
    await readBytes(options.descriptionFile, ctx.host),
    inputLabel(options.descriptionFile),
  );
}

async function readPricing(given: string): Promise<unknown> {
  if (given === 'free') return { type: 'free' };
  if (!given.trimStart().startsWith('{'))
    throw new LumioError('usage', {
      code: 'invalid_option',
      message: `"${given}" is no value for --pricing.`,
      hint: `It takes free, or JSON ${bodyOptions.pricing.description}.`,
    });
  const { readJsonObject } = await import('../../input/index.ts');
  return readJsonObject(Buffer.from(given), '--pricing');
}

function inputLabel(given: string): string {
  return given === '-' ? 'stdin' : given;
}

function conflicting(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'conflicting_options', message, hint });
}
