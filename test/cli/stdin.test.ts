/** Input that is typed into a terminal. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { stdinWithNotice } from '../../src/cli/stdio.ts';
import { fakeClock } from '../support/clock.ts';

test.each([
  { platform: 'win32', typed: ['one\r\n', '\u001a\r\n', 'more'], read: 'one\r\n' },
  { platform: 'win32', typed: ['one\r\n', '\u0004\r\n', 'more'], read: 'one\r\n' },
  { platform: 'linux', typed: ['one\n', '\u001a'], read: 'one\n\u001a' },
] as const)('$typed on $platform reads $read', async ({ platform, typed, read }) => {
  const stream = Readable.from(typed.map((text) => Buffer.from(text)));
  const stdin = stdinWithNotice(
    {
      platform,
      stdin: { isTerminal: true, stream: () => stream },
      clock: fakeClock(),
      signal: new AbortController().signal,
    },
    () => undefined,
  );
  const chunks = await stdin.stream().toArray();
  expect(Buffer.concat(chunks).toString()).toBe(read);
});
