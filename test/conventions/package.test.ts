/** The package as others see it, by publint: what it promises is there, for every way of importing it. */
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, test } from 'vitest';
import { root } from './pages.ts';

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: root, pack: 'npm', strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});
