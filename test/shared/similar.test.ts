import { expect, test } from 'vitest';
import { mostSimilar } from '../../src/shared/similar.ts';

const slugs = ['my-scoreboard', 'weather', 'chat', 'clock'];

test.each([
  ['wether', 'weather'],
  ['waether', 'weather'],
  ['weatherr', 'weather'],
  ['chta', 'chat'],
  ['chat', 'chat'],
  ['clack', 'clock'],
  ['scoreboard', 'my-scoreboard'],
  ['chxx', undefined],
  ['ab', undefined],
  ['', undefined],
  ['completely-different', undefined],
  ['hcat', 'chat'],
  ['lcock', 'clock'],
])('suggests for %j: %j', (word, expected) => {
  expect(mostSimilar(word, slugs)).toBe(expected);
});

test('suggests the nearest name, and the first of equally near ones', () => {
  expect(mostSimilar('clocks', ['blocks', 'clock', 'clockss'])).toBe('blocks');
  expect(mostSimilar('clock', ['blocks', 'clocks'])).toBe('clocks');
  expect(mostSimilar('x', [])).toBeUndefined();
});
