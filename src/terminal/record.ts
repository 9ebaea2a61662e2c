/** A server object as labelled fields: every key that came, known or not, in the order it came. Pure. */
import { type Block, type Cell, bytes, fields, none, status, time } from './view.ts';

/** @param record an object of the API; nested objects become dotted labels, lists and empty objects become text */
export function fieldsOf(record: object): Block {
  return fields(entriesOf(record, ''));
}

function entriesOf(record: object, prefix: string): (readonly [string, Cell])[] {
  return Object.entries(record).flatMap(
    ([key, value]: [string, unknown]): (readonly [string, Cell])[] => {
      const isLeaf =
        typeof value !== 'object' ||
        value === null ||
        Array.isArray(value) ||
        Object.keys(value).length === 0;
      if (isLeaf) return [[prefix + key, cellOf(key, value)]];
      return entriesOf(value, `${prefix}${key}.`);
    },
  );
}

function cellOf(key: string, value: unknown): Cell {
  if (value === null || value === undefined) return none;
  if (typeof value === 'number') return key.endsWith('Bytes') ? bytes(value) : value;
  if (typeof value !== 'string') return JSON.stringify(value);
  if (key === 'status') return status(value);
  return key.endsWith('At') ? time(value) : value;
}
