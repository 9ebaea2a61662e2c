/** What an import changes. Pure. */
import type { Assignment } from '../project/dotenv.ts';

/** `keep`: the server has it, the file has not. */
export type Action = 'add' | 'replace' | 'keep' | 'delete';

export interface Planned {
  readonly key: string;
  readonly action: Action;
  /** Of what is added or replaced. */
  readonly value: string | undefined;
}

/**
 * Values can't be read back, so a key that is in both is always replaced.
 * @param existing the keys that the server has
 * @param missing what is done with those that the file lacks
 * @returns the file's keys in its order, then the others in the server's
 */
export function planImport(
  assignments: readonly Assignment[],
  existing: readonly string[],
  missing: 'keep' | 'delete',
): Planned[] {
  const given = new Set(assignments.map(({ key }) => key));
  const set = assignments.map(({ key, value }): Planned => ({
    key,
    action: existing.includes(key) ? 'replace' : 'add',
    value,
  }));
  const rest = existing
    .filter((key) => !given.has(key))
    .map((key): Planned => ({ key, action: missing, value: undefined }));
  return [...set, ...rest];
}
