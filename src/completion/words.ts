/** Reads an unfinished command line: which word comes next. */
import { findCommand, resolveNames, type Command, type Registry } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import {
  longFlag,
  spellingsOf,
  type ParameterSpec,
  type ParameterSpecs,
} from '../cli/parameters.ts';

/** What to complete. */
export type CompletionTarget =
  /** The name of a command below a path, or of a topic of the help. */
  | { readonly kind: 'name'; readonly path: readonly string[]; readonly orTopic?: boolean }
  | { readonly kind: 'option'; readonly specs: readonly ParameterSpec<unknown>[] }
  /** A value; `prefix` precedes it in the same word, as in `--review=`. */
  | { readonly kind: 'value'; readonly spec: ParameterSpec<unknown>; readonly prefix: string }
  | { readonly kind: 'nothing' };

export interface ParsedWords {
  readonly target: CompletionTarget;
  /** Options that were passed: long flag → value. */
  readonly passed: ReadonlyMap<string, string>;
  /** Arguments that were passed. */
  readonly positionals: readonly string[];
}

interface State {
  readonly registry: Registry;
  path: string[];
  command: Command | undefined;
  positionals: string[];
  passed: Map<string, string>;
  /** An option whose value may come next. */
  pending: ParameterSpec<unknown> | undefined;
  /** After `--`. */
  onlyPositionals: boolean;
}

/**
 * @param before the words between `lumio` and the cursor
 * @param current the word at the cursor
 */
export function parseWords(
  registry: Registry,
  before: readonly string[],
  current: string,
): ParsedWords {
  const state: State = {
    registry,
    path: [],
    command: undefined,
    positionals: [],
    passed: new Map(),
    pending: undefined,
    onlyPositionals: false,
  };
  for (const word of before) take(state, word);
  const { passed, positionals } = state;
  return { target: targetAt(state, current), passed, positionals };
}

function take(state: State, word: string): void {
  const { pending } = state;
  state.pending = undefined;
  if (pending !== undefined && (pending.flags.includes('<') || !word.startsWith('-'))) {
    state.passed.set(longFlag(pending.flags), word);
  } else if (word === '-' || !isOption(state, word)) takeName(state, word);
  else if (word === '--') state.onlyPositionals = true;
  else takeOption(state, word);
}

function takeOption(state: State, word: string): void {
  const [name = '', ...value] = word.split('=');
  const spec = specOf(state, name);
  if (spec === undefined) return;
  if (value.length > 0) state.passed.set(longFlag(spec.flags), value.join('='));
  else if (/[<[]/.test(spec.flags)) state.pending = spec;
  else state.passed.set(longFlag(spec.flags), '');
}

function takeName(state: State, word: string): void {
  if (state.command !== undefined) {
    state.positionals.push(word);
    return;
  }
  state.path = resolveNames(state.registry, [...state.path, word]);
  state.command = findCommand(state.registry.commands, state.path);
}

/** In a pass-through command, words from the first argument on belong to another program. */
function isOption({ command, positionals, onlyPositionals }: State, word: string): boolean {
  const isOthers = command?.passThrough === true && positionals.length > 0;
  return !onlyPositionals && !isOthers && word.startsWith('-');
}

function targetAt(state: State, current: string): CompletionTarget {
  const { pending, command, path } = state;
  if (pending !== undefined && (pending.flags.includes('<') || !current.startsWith('-')))
    return { kind: 'value', spec: pending, prefix: '' };
  if (isOption(state, current)) return optionTarget(state, current);
  if (command === undefined) return { kind: 'name', path };
  return argumentTarget(command, state);
}

function argumentTarget({ args }: Command, { registry, positionals }: State): CompletionTarget {
  const specs = Object.values(args);
  const last = specs.at(-1);
  const spec = specs[positionals.length] ?? (last?.isRepeatable === true ? last : undefined);
  if (spec === undefined) return { kind: 'nothing' };
  if (spec.completion !== 'command') return { kind: 'value', spec, prefix: '' };
  const path = resolveNames(registry, positionals);
  return { kind: 'name', path, orTopic: path.length === 0 };
}

function optionTarget(state: State, current: string): CompletionTarget {
  const [name = ''] = current.split('=', 1);
  const spec = current.includes('=') ? specOf(state, name) : undefined;
  if (spec !== undefined) return { kind: 'value', spec, prefix: `${name}=` };
  const specs = Object.values(specsAt(state)).filter(
    (candidate) => candidate.isRepeatable === true || !state.passed.has(longFlag(candidate.flags)),
  );
  return { kind: 'option', specs };
}

function specOf(state: State, name: string): ParameterSpec<unknown> | undefined {
  return Object.values(specsAt(state)).find((spec) => spellingsOf(spec).includes(name));
}

function specsAt({ command }: State): ParameterSpecs {
  return { ...command?.options, ...globalOptions };
}
