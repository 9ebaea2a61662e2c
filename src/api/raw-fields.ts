/** `-f` and `-H` of `lumio api`. */
import { type LumioError, usageError } from '../errors.ts';

export interface Field {
  /** `a`, `a[b]` or `a[]`. */
  readonly name: string;
  readonly value: unknown;
}

type Members = Map<string, Tree>;
type Tree = { readonly leaf: unknown } | Members | Tree[];

/**
 * Nests fields: `a[b]=1` is `{"a": {"b": 1}}`, `a[]=1` adds to a list, and `a[][b]=1` to its last
 * object that has no `b` yet.
 * @throws LumioError `usage` for a repeated or contradictory name
 */
export function jsonFromFields(fields: readonly Field[]): unknown {
  const root: Members = new Map();
  for (const { name, value } of fields) insert(root, pathOf(name), { leaf: value });
  return toJson(root);
}

/** An empty step adds to a list. */
function pathOf(name: string): readonly string[] {
  const [, first = '', steps = ''] = /^([^[\]]+)((?:\[[^[\]]*\]){0,999})$/.exec(name) ?? [];
  if (first === '')
    throw invalid("The name of a --field isn't valid.", 'Write it as a, a[b] or a[].');
  return [first, ...Array.from(steps.matchAll(/\[([^[\]]*)\]/g), ([, step = '']) => step)];
}

function insert(
  parent: Members | Tree[],
  [step = '', ...rest]: readonly string[],
  leaf: Tree,
): void {
  const existing = Array.isArray(parent) ? lastWithout(parent, rest[0]) : parent.get(step);
  const isTaken = existing !== undefined && (rest.length === 0 || 'leaf' in existing);
  if (Array.isArray(parent) !== (step === '') || isTaken)
    throw invalid(
      'A --field is repeated or contradicts another one.',
      'Use each name once, and name[] for a list.',
    );
  const child = existing ?? newChild(rest, leaf);
  if (!Array.isArray(parent)) parent.set(step, child);
  else if (existing === undefined) parent.push(child);
  if (!('leaf' in child)) insert(child, rest, leaf);
}

function newChild(rest: readonly string[], leaf: Tree): Tree {
  if (rest.length === 0) return leaf;
  return rest[0] === '' ? [] : new Map();
}

function lastWithout(list: readonly Tree[], step: string | undefined): Tree | undefined {
  const last = list.at(-1);
  return step !== undefined && last instanceof Map && !last.has(step) ? last : undefined;
}

function toJson(tree: Tree): unknown {
  if (Array.isArray(tree)) return tree.map(toJson);
  if (!(tree instanceof Map)) return tree.leaf;
  return Object.fromEntries(Array.from(tree, ([key, child]) => [key, toJson(child)]));
}

/** The client sets these itself. */
const reserved: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'content-length',
  'transfer-encoding',
  'trailer',
  'connection',
]);

/**
 * @param entries `name:value`
 * @returns names in lower case; `Content-Type` is separate, because it belongs to the body
 * @throws LumioError `usage`; values are never repeated
 */
export function readHeaders(entries: readonly string[]): {
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
} {
  const headers = new Map<string, string>();
  for (const entry of entries) {
    const [, rawName = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/s.exec(entry) ?? [];
    const name = rawName.toLowerCase();
    if (name === '')
      throw invalid('A --header has no valid name before ":".', 'Write it as name:value.');
    // RFC 9110 section 5.5: anything else could end the header and begin another.
    if (!/^[\t\x20-\x7e]*$/.test(value))
      throw invalid(
        'The value of a --header contains an invalid character.',
        'Use printable ASCII characters only, without line breaks.',
      );
    if (reserved.has(name))
      throw invalid(
        `--header can't set "${name}".`,
        name === 'authorization'
          ? 'Select the API key with --profile or LUMIO_API_KEY.'
          : 'Remove it. lumio sets this header.',
      );
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const contentType = headers.get('content-type');
  headers.delete('content-type');
  return { headers: Object.fromEntries(headers), contentType };
}

function invalid(message: string, hint: string): LumioError {
  return usageError('invalid_field', message, hint);
}
