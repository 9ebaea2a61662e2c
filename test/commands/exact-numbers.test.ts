import { expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { startRawServer } from '../support/servers/scripted-server.ts';
import { cleanUp } from '../support/clean-up.ts';

const list = '{"extensions":[{"id":"ext_1","installCount":12345678901234567890,"ratingCount":-0}]}';

test.each([
  [['extensions', 'list', '--json'], '"installCount": 12345678901234567890'],
  [['extensions', 'list', '--json'], '"ratingCount": -0'],
  [['extensions', 'list', '--query', 'extensions[0].installCount'], '12345678901234567890'],
  [['extensions', 'list'], '12345678901234567890'],
  [['api', 'extensions'], list],
])('%j prints every digit', async (argv, text) => {
  const server = await startRawServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(list),
  );
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x' };
  expect((await runLumio(argv, { env })).stdout).toContain(text);
});
