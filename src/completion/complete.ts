/** The answer to one press of Tab, in lines that the scripts of all shells read. */
import type { ParameterSpec } from '../cli/command.ts';
import { type Context, createContext } from '../cli/context.ts';
import { type Candidate, liveValues } from './live.ts';
import { type Reading, type Wanted, namesBelow, readWords, spellingsOf } from './words.ts';

/**
 * @param index which of the words the cursor is at; shells that drop an empty word leave it out
 * @param words those after `lumio`
 * @returns a line per candidate, `value<Tab>description`; the lines `:file` and `:folder` ask the shell for its own candidates. Never fails.
 */
export async function complete(
  index: number,
  words: readonly string[],
  ctx: Context,
): Promise<string[]> {
  const reading = readWords(words.slice(0, index), words[index] ?? '');
  const { wanted } = reading;
  if (wanted.kind === 'nothing') return [];
  if (wanted.kind === 'name') return namesBelow(wanted.path).map(lineOf);
  if (wanted.kind === 'option') return wanted.specs.flatMap(optionLines);
  return valueLines(wanted, reading, ctx);
}

async function valueLines(
  { spec, prefix }: Extract<Wanted, { kind: 'value' }>,
  reading: Reading,
  ctx: Context,
): Promise<string[]> {
  if (spec.completion === 'file' || spec.completion === 'folder') return [`:${spec.completion}`];
  const candidates =
    spec.choices?.map((value) => ({ value, description: '' })) ?? (await live(spec, reading, ctx));
  return candidates.map(({ value, description }) => lineOf({ value: prefix + value, description }));
}

async function live(
  { completion }: ParameterSpec<unknown>,
  { written }: Reading,
  ctx: Context,
): Promise<readonly Candidate[]> {
  if (completion !== 'extension' && completion !== 'version' && completion !== 'secret') return [];
  const { apiUrl, profile } = ctx.options;
  // Nobody is there to read a remark, and no second try would come in time.
  const quiet = createContext(
    ctx.host,
    {
      ...ctx.options,
      apiUrl: written.get('--api-url') ?? apiUrl,
      profile: written.get('--profile') ?? profile,
      interactive: false,
      quiet: true,
      json: true,
      maxWaitMs: 0,
    },
    ctx.redact,
  );
  const values = await liveValues(completion, written.get('--extension'), {
    host: quiet.host,
    apiUrl: quiet.options.apiUrl,
    client: quiet.client,
    credential: quiet.credentials.active,
    manifest: quiet.project,
  });
  void quiet.close().catch(() => undefined);
  return completion === 'version' && values.length > 0
    ? [{ value: 'latest', description: 'the newest one' }, ...values]
    : values;
}

function optionLines(spec: ParameterSpec<unknown>): string[] {
  return spellingsOf(spec).map((value) => lineOf({ value, description: spec.description }));
}

/** Server text must not end a line or a field early. */
function lineOf({ value, description }: Candidate): string {
  return description === '' ? oneField(value) : `${oneField(value)}\t${oneField(description)}`;
}

function oneField(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
