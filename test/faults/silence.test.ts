/** A pause between requests doesn't extend the timeout of a reused connection. */
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
  const options = { timeoutMs: 300, maxWaitMs: 0 };
  const [client, other] = [testClient(server.origin, options), testClient(server.origin, options)];
  for (let count = 0; count < polls; count += 1) {
    await client.call('listVersions', { id: 'ext_1' });
    await pause(200);
  }
  const reused = client.call('listVersions', { id: 'ext_1' }).catch(() => 'one timeout');
  const fresh = async (): Promise<string> => {
    for (let count = 0; count < 3; count += 1)
      await other.call('listVersions', { id: 'ext_1' }).catch(() => undefined);
    return 'three timeouts';
  };
  expect(await Promise.race([reused, fresh()])).toBe('one timeout');
  await Promise.all([client.close(), other.close(), server.close()]);
});
