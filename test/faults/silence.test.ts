/** On a connection that is used again, the time between its requests buys the server no patience. */
import { expect, test } from 'vitest';
import { testClient } from '../api/support.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

test('a server that falls silent after many responses times out like any other', async () => {
  const polls = 8;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void setTimeout(resolve, ms));
  const server = await startScriptedServer((_, response, count) =>
    count > polls ? undefined : sendJson(response, 200, { versions: [] }),
  );
  const client = testClient(server.origin, { timeoutMs: 300, maxWaitMs: 0 });
  for (let count = 0; count < polls; count += 1) {
    await client.listVersions('ext_1');
    await pause(200);
  }
  const first = await Promise.race([
    client.listVersions('ext_1').catch(() => 'timed out'),
    pause(1200).then(() => 'still waiting'),
  ]);
  expect(first).toBe('timed out');
  await Promise.all([client.close(), server.close()]);
});
