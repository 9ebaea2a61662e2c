/** The headers of an archive, byte by byte. */
import { describe, expect, test } from 'vitest';
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { headerMaker } from '../../src/archive/tar.ts';

const header = headerMaker(499_162_500);
const fields = {
  mode: [100, 107],
  owner: [108, 115],
  group: [116, 123],
  size: [124, 135],
  time: [136, 147],
  type: [156, 157],
  magic: [257, 263],
  owners: [265, 329],
} as const;

/** Texts of the fields, without the zeros that fill them. */
function fieldsOf(record: Buffer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, [start, end]]) => [
      name,
      record.toString('latin1', start, end).replaceAll('\0', ''),
    ]),
  );
}

const same = {
  mode: '000644 ',
  owner: '000000 ',
  group: '000000 ',
  time: '3560116604 ',
  type: '0',
  magic: 'ustar',
  owners: '',
};

test.each([
  ['a short path', 'a.js'],
  ['a path of 100 bytes', 'p'.repeat(100)],
  ['a path with a tilde', '~/a.js'],
  ["a path that isn't ASCII", 'ü.js'],
])('a header has mode 0644, owner 0, no owner names and the fixed time: %s', (_what, path) => {
  const records = header({ path, sizeBytes: 10 });
  expect(fieldsOf(records.subarray(-512))).toMatchObject({
    ...same,
    size: expect.stringMatching(/^0+12 ?$/),
  });
});

test.each([
  ['of one byte', 'a'],
  ['of 100 bytes', 'p'.repeat(100)],
  [
    'with all ASCII characters',
    Array.from({ length: 95 }, (_character, index) => String.fromCharCode(32 + index)).join(''),
  ],
])('a path %s is in its field, without a pax header', (_what, path) => {
  const record = header({ path, sizeBytes: 0 });
  expect(record).toHaveLength(512);
  expect(new Header(record)).toMatchObject({ type: 'File', path, size: 0, cksumValid: true });
});

test.each([0, 1, 7, 8, 511, 512, 8 ** 9 - 1, 8 ** 9, 8 ** 10 - 1, 8 ** 10, 8 ** 11 - 1])(
  'a size of %d bytes is in a plain header',
  (sizeBytes) => {
    const record = header({ path: 'a.js', sizeBytes });
    expect(record).toHaveLength(512);
    expect(new Header(record)).toMatchObject({ path: 'a.js', size: sizeBytes, cksumValid: true });
  },
);

describe('a pax header comes before', () => {
  test.each([
    ["a path that isn't ASCII", 'ü.js', 1, { path: 'ü.js' }],
    [
      'a path that is too long for its field',
      'x'.repeat(300),
      8 ** 11 - 1,
      { path: 'x'.repeat(300) },
    ],
    ['a size that is too large for its field', 'a.js', 8 ** 11, { path: 'a.js', size: 8 ** 11 }],
  ])(
    '%s, with the field that is missing in the plain header',
    (_what, path, sizeBytes, overrides) => {
      const records = Buffer.from(header({ path, sizeBytes }));
      const first = new Header(records.subarray(0, 512));
      expect(first).toMatchObject({ type: 'ExtendedHeader' });
      const text = records.toString('utf8', 512, records.length - 512).replaceAll('\0', '');
      expect(Pax.parse(text)).toMatchObject(overrides);
    },
  );
});

test('a header contains nothing of the previous one', () => {
  const first = Buffer.from(header({ path: 'a.js', sizeBytes: 1 }));
  for (const path of ['longer/than/the/other.js', 'ü'.repeat(90)])
    header({ path, sizeBytes: 8 ** 11 });
  expect(header({ path: 'a.js', sizeBytes: 1 }).equals(first)).toBe(true);
});
