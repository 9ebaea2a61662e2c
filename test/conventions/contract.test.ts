/** What an endpoint needs beyond what the compiler names. */
import { expect, test } from 'vitest';
import { type Endpoint, endpoints } from '../../src/api/contract.ts';
import { completeRecords } from '../../src/api/schemas.ts';
import { rows } from '../faults/commands.ts';

test('every endpoint has all its parts', () => {
  const missing = Object.entries<Endpoint>(endpoints).flatMap(([name, endpoint]) => {
    const parts = {
      'in `endpoints` of a command in test/e2e/scenarios.ts, or a row in test/faults/commands.ts':
        rows.some((row) => row.endpoint === name),
      'a row in `records` of src/api/schemas.ts for each list': listsOf(endpoint).every(
        (list) => completeRecords({ [list]: [{}] }).changed === 1,
      ),
    };
    return Object.entries(parts).flatMap(([part, isThere]) =>
      isThere ? [] : [`${name}: ${part}`],
    );
  });
  expect(missing).toEqual([]);
});

/** Keys of a response whose values are lists of objects. */
function listsOf({ response: { schema } }: Endpoint): string[] {
  if (!('entries' in schema)) return [];
  return Object.entries<object>(Object(schema.entries)).flatMap(([key, value]) =>
    'item' in value && 'entries' in Object(value.item) ? [key] : [],
  );
}
