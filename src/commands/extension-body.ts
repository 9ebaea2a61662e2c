/** The request body of create and update, from options or a JSON document. */
import { choice, file, type ParsedValues, string } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { Logger } from '../cli/logger.ts';
import { conflictingOptions, usageError } from '../errors.ts';
import { isObject } from '../shared/object.ts';

export const bodyOptions = {
  name: string('--name <name>', 'Name'),
  shortDescription: string('--short-description <text>', 'Summary for search results'),
  description: string('--description <text>', 'Full description, in Markdown'),
  descriptionFile: file('--description-file <file>', 'File with the description; "-" for stdin'),
  pricing: string(
    '--pricing <free or JSON>',
    'Price, such as \'{"type": "one_time", "amount": 4.99, "currency": "EUR"}\'',
  ),
  visibility: choice('--visibility <visibility>', 'Who can find the extension', [
    'private',
    'unlisted',
    'public',
    'paid',
  ]),
  input: file('--input <file.json>', 'JSON file with the whole request body; "-" for stdin'),
} as const;

type BodyOptions = ParsedValues<typeof bodyOptions>;

/**
 * @returns the body with the API's field names; empty if no option is specified
 * @throws LumioError usage, for invalid JSON and for options next to --input
 */
export async function readBody(
  options: BodyOptions,
  ctx: Context,
): Promise<Record<string, unknown>> {
  const body = await bodyFromOptions(options, ctx);
  if (options.input === undefined) return body;
  if (Object.keys(body).length > 0)
    throw conflictingOptions(
      "--input contains the whole body, so it can't be combined with the other options.",
      'Use either --input or the other options.',
    );
  const [{ readBytes }, { readJsonBody }] = await Promise.all([
    import('../input/bytes.ts'),
    import('../input/json.ts'),
  ]);
  const bytes = await readBytes(options.input, ctx.host);
  const document = await readJsonBody(bytes, inputLabel(options.input));
  return { ...document };
}

/** Warns about fields that the API page doesn't name. @returns the warnings, if there are any */
export async function warnAboutFields(
  body: Readonly<Record<string, unknown>>,
  log: Logger,
): Promise<{ readonly notes?: readonly string[] }> {
  const [{ ExtensionInput, Pricing }, { mostSimilar }] = await Promise.all([
    import('../api/schemas.ts'),
    import('../shared/similar.ts'),
  ]);
  const unknownIn = (object: object, known: readonly string[], prefix: string): string[] =>
    Object.keys(object)
      .filter((field) => !known.includes(field))
      .map((field) => {
        const similar = mostSimilar(field.toLowerCase(), known);
        const suggestion = similar === undefined ? '' : ` Did you mean "${prefix}${similar}"?`;
        return `The API documentation has no field "${prefix}${field}".${suggestion}`;
      });
  const pricing = isObject(body['pricing']) ? body['pricing'] : {};
  const notes = [
    ...unknownIn(body, Object.keys(ExtensionInput.entries), ''),
    ...unknownIn(pricing, Object.keys(Pricing.entries), 'pricing.'),
  ];
  for (const note of notes) log.warn(note);
  return notes.length > 0 ? { notes } : {};
}

async function bodyFromOptions(
  options: BodyOptions,
  ctx: Context,
): Promise<Record<string, unknown>> {
  if (options.description !== undefined && options.descriptionFile !== undefined)
    throw conflictingOptions("--description and --description-file can't be combined.");
  const body = {
    name: options.name,
    short_description: options.shortDescription,
    description: await readDescription(options, ctx),
    pricing: options.pricing === undefined ? undefined : await readPricing(options.pricing),
    visibility: options.visibility,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

async function readDescription(
  { description, descriptionFile }: BodyOptions,
  ctx: Context,
): Promise<string | undefined> {
  if (descriptionFile === undefined) return description;
  const { decodeText, readBytes } = await import('../input/bytes.ts');
  return decodeText(await readBytes(descriptionFile, ctx.host), inputLabel(descriptionFile));
}

async function readPricing(pricing: string): Promise<unknown> {
  if (pricing === 'free') return { type: 'free' };
  if (!pricing.trimStart().startsWith('{'))
    throw usageError(
      'invalid_option',
      'Invalid value for --pricing.',
      'Use free, or JSON such as {"type": "one_time", "amount": 4.99, "currency": "EUR"}.',
    );
  const { readJsonBody } = await import('../input/json.ts');
  return readJsonBody(Buffer.from(pricing), '--pricing');
}

function inputLabel(file: string): string {
  return file === '-' ? 'stdin' : file;
}
