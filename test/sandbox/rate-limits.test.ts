import { expect, test } from 'vitest';
import { fakeClock } from '../support/clock.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const extension = `/extensions/${exampleId}`;

test.each([
  { method: 'GET', path: '/extensions', body: undefined, limit: 120, windowSeconds: 60 },
  { method: 'POST', path: '/extensions', body: { name: 'x' }, limit: 10, windowSeconds: 3600 },
  {
    method: 'POST',
    path: `${extension}/versions`,
    body: undefined,
    limit: 30,
    windowSeconds: 3600,
  },
  {
    method: 'DELETE',
    path: `${extension}/secrets/NOPE`,
    body: undefined,
    limit: 30,
    windowSeconds: 60,
  },
])(
  '$method $path: one more than $limit waits until the first leaves the window',
  async ({ method, path, body, limit, windowSeconds }) => {
    const clock = fakeClock({ manual: true });
    const { call } = await openSandbox({ clock, rateLimit: 1 });
    for (let sent = 0; sent < limit; sent += 1)
      expect((await call(method, path, body)).status).not.toBe(429);
    await clock.advance(1500);
    const refused = await call(method, path, body);
    expect([refused.status, at(refused.body, 'error', 'code')]).toEqual([429, 'rate_limited']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBe(windowSeconds - 1);
    await clock.advance((seconds - 1) * 1000);
    expect((await call(method, path, body)).status).toBe(429);
    await clock.advance(1000);
    expect((await call(method, path, body)).status).not.toBe(429);
  },
);

test('each group has its own count, and requests without a documented limit are never refused', async () => {
  const { call } = await openSandbox({ rateLimit: 0.001 });
  expect((await call('GET', '/extensions')).status).toBe(200);
  expect((await call('GET', `${extension}/installs`)).status).toBe(429);
  expect((await call('DELETE', `${extension}/secrets/API_KEY`)).status).toBe(204);
  for (const value of ['a', 'b', 'c'])
    expect((await call('PUT', `${extension}/secrets/A`, { value })).status).toBe(204);
});

test('a clock that is set back refuses nothing', async () => {
  const clock = fakeClock();
  const { call } = await openSandbox({ clock, rateLimit: 0.001 });
  expect((await call('GET', `${extension}/installs`)).status).toBe(200);
  clock.setBack(3_600_000);
  expect((await call('GET', `${extension}/installs`)).status).toBe(200);
});

test('a factor multiplies the limits', async () => {
  const { call } = await openSandbox({ rateLimit: 0.5 });
  for (let sent = 0; sent < 5; sent += 1)
    expect((await call('POST', '/extensions', { name: 'x' })).status).toBe(201);
  const { body } = await call('POST', '/extensions', { name: 'x' });
  expect(at(body, 'error', 'message')).toMatch(/POST \/extensions: 5 .* 3600 s\.$/);
});
