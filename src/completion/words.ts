/** What the words of a half-written command line mean, and which word is wanted next. Pure. */
import { type Command, type ParameterSpec, type ParameterSpecs, longFlag } from '../cli/command.ts';
import { commands, groups, matches } from '../commands/index.ts';
import { globalOptions } from '../cli/global-options.ts';

/** What is to be completed. */
export type Wanted =
  /** The name of a command, below these words. */
  | { readonly kind: 'name'; readonly path: readonly string[] }
  | { readonly kind: 'option'; readonly specs: readonly ParameterSpec<unknown>[] }
  /** A value; `prefix` stands before it in the same word, as in `--review=`. */
  | { readonly kind: 'value'; readonly spec: ParameterSpec<unknown>; readonly prefix: string }
  | { readonly kind: 'nothing' };

export interface Reading {
  readonly wanted: Wanted;
  /** Options that are written already: long spelling → value. */
  readonly written: ReadonlyMap<string, string>;
}

interface State {
  path: string[];
  command: Command | undefined;
  positionals: string[];
  written: Map<string, string>;
  /** An option whose value may come next. */
  pending: ParameterSpec<unknown> | undefined;
  /** After `--` no word is an option. */
  onlyPositionals: boolean;
}

/**
 * @param before the words between `lumio` and the one at the cursor
 * @param current the word at the cursor, as far as it is written
 */
export function readWords(before: readonly string[], current: string): Reading {
  const state: State = {
    path: [],
    command: undefined,
    positionals: [],
    written: new Map(),
    pending: undefined,
    onlyPositionals: false,
  };
  for (const word of before) take(state, word);
  return { wanted: wantedAt(state, current), written: state.written };
}

/** The spellings of an option: `-e` and `--extension` of `-e, --extension <id or slug>`. */
export function spellingsOf(spec: ParameterSpec<unknown>): string[] {
  return spec.flags.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? [];
}

/** The names below a path: groups and commands at the root, commands within a group. */
export function namesBelow(path: readonly string[]): { value: string; description: string }[] {
  const below = commands.filter(
    (command) =>
      path.every((word, at) => command.path[at] === word) && command.path.length > path.length,
  );
  const names = [...new Set(below.map((command) => command.path[path.length] ?? ''))];
  return names.map((value) => {
    const group = path.length === 0 ? groups.find(({ name }) => name === value) : undefined;
    return {
      value,
      description:
        group?.summary ??
        below.find((command) => command.path[path.length] === value)?.summary ??
        '',
    };
  });
}

/** The name that a word stands for below a path: itself, or what the parser takes it for, such as `secrets` for `env`. */
function nameOf(word: string, path: readonly string[]): string {
  return namesBelow(path).find(({ value }) => matches(word, value))?.value ?? word;
}

function namesOf(words: readonly string[]): string[] {
  const path: string[] = [];
  for (const word of words) path.push(nameOf(word, path));
  return path;
}

function take(state: State, word: string): void {
  const { pending } = state;
  state.pending = undefined;
  if (pending !== undefined && (pending.flags.includes('<') || !word.startsWith('-'))) {
    state.written.set(longFlag(pending.flags), word);
  } else if (word === '-' || !isOption(state, word)) takeName(state, word);
  else if (word === '--') state.onlyPositionals = true;
  else takeOption(state, word);
}

function takeOption(state: State, word: string): void {
  const [name = '', ...value] = word.split('=');
  const spec = specOf(state, name);
  if (spec === undefined) return;
  if (value.length > 0) state.written.set(longFlag(spec.flags), value.join('='));
  else if (/[<[]/.test(spec.flags)) state.pending = spec;
  else state.written.set(longFlag(spec.flags), '');
}

function takeName(state: State, word: string): void {
  if (state.command !== undefined) {
    state.positionals.push(word);
    return;
  }
  state.path.push(nameOf(word, state.path));
  state.command = commands.find(({ path }) => path.join(' ') === state.path.join(' '));
}

/** In a command that runs another one, the words from the first argument on are the other's. */
function isOption({ command, positionals, onlyPositionals }: State, word: string): boolean {
  const isOthers = command?.passThrough === true && positionals.length > 0;
  return !onlyPositionals && !isOthers && word.startsWith('-');
}

function wantedAt(state: State, current: string): Wanted {
  const { pending, command, path, positionals } = state;
  if (pending !== undefined && (pending.flags.includes('<') || !current.startsWith('-')))
    return { kind: 'value', spec: pending, prefix: '' };
  if (isOption(state, current)) return wantedOption(state, current);
  if (command === undefined) return { kind: 'name', path };
  const specs = Object.values(command.args);
  const spec =
    specs[positionals.length] ?? (specs.at(-1)?.isRepeatable === true ? specs.at(-1) : undefined);
  if (spec?.completion === 'command') return { kind: 'name', path: namesOf(positionals) };
  return spec === undefined ? { kind: 'nothing' } : { kind: 'value', spec, prefix: '' };
}

function wantedOption(state: State, current: string): Wanted {
  const [name = ''] = current.split('=', 1);
  const spec = current.includes('=') ? specOf(state, name) : undefined;
  if (spec !== undefined) return { kind: 'value', spec, prefix: `${name}=` };
  const specs = Object.values(specsAt(state)).filter(
    (candidate) => candidate.isRepeatable === true || !state.written.has(longFlag(candidate.flags)),
  );
  return { kind: 'option', specs };
}

function specOf(state: State, name: string): ParameterSpec<unknown> | undefined {
  return Object.values(specsAt(state)).find(
    (spec) => spellingsOf(spec).includes(name) || (spec.alias ?? '').split(/[\s,]+/).includes(name),
  );
}

/** The options of the command come before those that every command has. */
function specsAt({ command }: State): ParameterSpecs {
  return { ...command?.options, ...globalOptions };
}
