import { expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const secrets = `/extensions/${exampleId}/secrets`;

test('sets, replaces and deletes a secret, and never returns its value', async () => {
  const { call } = await openSandbox();
  const responses = [
    await call('PUT', `${secrets}/API_KEY`, { value: 'hush' }),
    await call('PUT', `${secrets}/NEW`, { value: 'hush' }),
    await call('GET', secrets),
    await call('DELETE', `${secrets}/API_KEY`),
    await call('GET', secrets),
    await call('GET', `/extensions/${exampleId}`),
  ];
  expect(responses.map(({ status }) => status)).toEqual([204, 204, 200, 204, 200, 200]);
  expect(at(responses[2], 'body', 'keys')).toEqual(['API_KEY', 'WEBHOOK_SECRET', 'NEW']);
  expect(at(responses[4], 'body', 'keys')).toEqual(['WEBHOOK_SECRET', 'NEW']);
  expect(JSON.stringify(responses.map(({ body }) => body))).not.toContain('hush');
});

test.each(['a/b', '..', '%2e', '?x=1#y', '__proto__', 'constructor', 'ключ', ' ', '%', '+'])(
  'accepts the key %j unchanged',
  async (key) => {
    const { call } = await openSandbox();
    const encoded = key === '..' ? '%252e%252e' : encodeURIComponent(key);
    const meant = key === '..' ? '%2e%2e' : key;
    expect((await call('PUT', `${secrets}/${encoded}`, { value: 'x' })).status).toBe(204);
    expect((await call('GET', secrets)).body).toEqual({
      keys: ['API_KEY', 'WEBHOOK_SECRET', meant],
    });
    expect((await call('DELETE', `${secrets}/${encoded}`)).status).toBe(204);
  },
);

test('dot segments reach another path, so a client must refuse them as keys', async () => {
  const { call } = await openSandbox();
  expect((await call('PUT', `${secrets}/%2e%2e`, { value: 'x' })).status).toBe(404);
  expect((await call('GET', secrets)).body).toEqual({ keys: ['API_KEY', 'WEBHOOK_SECRET'] });
});
