/** Every endpoint of the contract has its command, methods, example, faults and documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endpoints } from '../../src/api/contract.ts';
import { LumioClient } from '../../src/library/index.ts';
import { rows as faultRows } from '../faults/commands.ts';
import { root } from './pages.ts';

const libraryPage = readFileSync(join(root, 'docs/library.md'), 'utf8');

test('every endpoint has all its parts', () => {
  const missing = Object.keys(endpoints).flatMap((name) => {
    const parts = {
      'a row in test/faults/commands.ts': faultRows.some(({ endpoint }) => endpoint === name),
      'a method of LumioClient': Object.hasOwn(LumioClient.prototype, name),
      'a line in docs/library.md': libraryPage.includes(`\`${name}(`),
    };
    return Object.entries(parts).flatMap(([part, isThere]) =>
      isThere ? [] : [`${name}: ${part}`],
    );
  });
  expect(missing).toEqual([]);
});
