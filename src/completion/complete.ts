/** The candidates for one press of Tab, as lines for the scripts of all shells. */
import { namesBelow, type Registry } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { createContext, hostIn } from '../cli/create-context.ts';
import { parserOptions } from '../cli/global-options.ts';
import { spellingsOf, type ParameterSpec } from '../cli/parameters.ts';
import { type Candidate, liveValues } from './live.ts';
import { type ParsedWords, type CompletionTarget, parseWords } from './words.ts';

/**
 * @param index of the word at the cursor; some shells leave out an empty one
 * @param words those after `lumio`
 * @returns lines `value<Tab>description`; `:file` and `:directory` ask the shell for its own
 * candidates
 */
export async function complete(
  index: number,
  words: readonly string[],
  ctx: Context,
  registry: Registry,
): Promise<string[]> {
  const current = words[index] ?? '';
  const parsed = parseWords(registry, words.slice(0, index), current);
  const { target } = parsed;
  if (target.kind === 'nothing') return [];
  if (target.kind === 'name') {
    const topics = target.orTopic === true ? (await import('../cli/help.ts')).topicNames : [];
    return [
      ...namesBelow(registry, target.path).map(({ name, summary }) =>
        lineOf({ value: name, description: summary }),
      ),
      ...topics,
    ];
  }
  if (target.kind === 'option') return [...target.specs, parserOptions.help].flatMap(optionLines);
  if (target.spec.completion === 'fault') return faultLines(current, target.prefix);
  return valueLines(target, parsed, ctx);
}

/** First an endpoint with its `=`, then a fault after it. */
async function faultLines(current: string, prefix: string): Promise<string[]> {
  const [{ endpoints }, { listFaults }] = await Promise.all([
    import('../api/contract.ts'),
    import('../sandbox/faults.ts'),
  ]);
  const [endpoint] = /^.*=/.exec(current.slice(prefix.length)) ?? [];
  const candidates =
    endpoint === undefined
      ? Object.entries({ ...endpoints, '*': { summary: 'All requests' } }).map(
          ([name, { summary }]) => ({ value: `${name}=`, description: summary }),
        )
      : listFaults().faults.map(({ name, description }) => ({
          value: endpoint + name,
          description,
        }));
  return candidates.map(({ value, description }) => lineOf({ value: prefix + value, description }));
}

async function valueLines(
  { spec, prefix }: Extract<CompletionTarget, { kind: 'value' }>,
  parsed: ParsedWords,
  ctx: Context,
): Promise<string[]> {
  if (spec.completion === 'file' || spec.completion === 'directory') return [`:${spec.completion}`];
  const candidates =
    spec.choices?.map((value) => ({ value, description: '' })) ?? (await live(spec, parsed, ctx));
  return candidates
    .filter(({ value }) => spec.isRepeatable !== true || !parsed.positionals.includes(value))
    .map(({ value, description }) => lineOf({ value: prefix + value, description }));
}

async function live(
  { completion }: ParameterSpec<unknown>,
  { passed }: ParsedWords,
  ctx: Context,
): Promise<readonly Candidate[]> {
  if (completion === 'profile') return storedProfiles(ctx);
  if (completion !== 'extension' && completion !== 'version' && completion !== 'secret') return [];
  const { apiUrl, profile } = ctx.options;
  // Notes would disturb the prompt, and a retry would come too late.
  const quiet = createContext(
    await hostIn(ctx.host, passed.get('--cwd')),
    {
      ...ctx.options,
      apiUrl: passed.get('--api-url') ?? apiUrl,
      profile: passed.get('--profile') ?? profile,
      interactive: false,
      quiet: true,
      json: true,
      maxWaitMs: 0,
    },
    ctx.redact,
  );
  const values = await liveValues(completion, passed.get('--extension'), quiet);
  void quiet.close().catch(() => undefined);
  return completion === 'version' && values.length > 0
    ? [{ value: 'latest', description: 'the highest version' }, ...values]
    : values;
}

async function storedProfiles({ credentials }: Context): Promise<Candidate[]> {
  const stored = await credentials.store().list();
  return stored.map(([value, { apiUrl = '' }]) => ({ value, description: apiUrl }));
}

function optionLines(
  spec: Pick<ParameterSpec<unknown>, 'flags' | 'aliases' | 'description'>,
): string[] {
  return spellingsOf(spec).map((value) => lineOf({ value, description: spec.description }));
}

/** Text from the server must not end a line or a field early. */
function lineOf({ value, description }: Candidate): string {
  return description === '' ? oneField(value) : `${oneField(value)}\t${oneField(description)}`;
}

function oneField(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
