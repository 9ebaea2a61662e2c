import type * as v from 'valibot';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import {
  type Sandbox,
  type SandboxOptions,
  type SandboxSeed,
  type SeedExtension,
  startSandbox,
} from '../../src/library/sandbox.ts';
import type { Seed } from '../../src/sandbox/validation.ts';
import { at } from '../support/document.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

async function start(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function get({ url, apiKey }: Sandbox, path: string): Promise<unknown> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${apiKey}` } });
  return response.json();
}

test.each<[options: unknown, place: string]>([
  [{ bogus: 1 }, 'options.bogus'],
  [{ fault: 'x' }, 'options.fault'],
  [{ faults: 'x' }, 'options.faults'],
  [{ faults: [5] }, 'options.faults.0'],
  [{ review: 'x' }, 'options.review'],
  [{ review: { outcome: 'x' } }, 'options.review.outcome'],
  [{ review: { outcome: 'never', afterMs: -1 } }, 'options.review.afterMs'],
  ...['x', 0, Infinity].map((rateLimit): [unknown, string] => [{ rateLimit }, 'options.rateLimit']),
  ...['sockname', -1, 1.5, 70_000, null].map((port): [unknown, string] => [
    { port },
    'options.port',
  ]),
  [{ dataDir: '' }, 'options.dataDir'],
  [5, 'options'],
  [null, 'options'],
])('refuses %j', async (options, place) => {
  const started = Promise.resolve(Reflect.apply(startSandbox, undefined, [options]));
  expect(await problemOf(() => started)).toMatchObject({
    kind: 'usage',
    code: 'invalid_option',
    message: expect.stringContaining(`: ${place} `),
  });
});

test('starts with the example of the API page and records requests', async () => {
  const sandbox = await start();
  expect(at(await get(sandbox, '/extensions'), 'extensions', 0, 'slug')).toBe('my-scoreboard');
  expect(sandbox.requests()).toEqual([
    {
      method: 'GET',
      path: '/developer/v1/extensions',
      status: 200,
      durationMs: expect.any(Number),
      fault: undefined,
      error: undefined,
    },
  ]);
});

test('accepts a seed, faults, a review and a data directory', async () => {
  const sandbox = await start({
    seed: { extensions: [{ name: 'Clock', versions: [{ version: '1.0.0', status: 'pending' }] }] },
    faults: ['listExtensions=429:1'],
    review: { outcome: 'reject' },
    dataDir: await temporaryDirectory(),
  });
  expect(at(await get(sandbox, '/extensions'), 'error', 'code')).toBe('rate_limited');
  const id = String(at(await get(sandbox, '/extensions'), 'extensions', 0, 'id'));
  const versions = await get(sandbox, `/extensions/${id}/versions`);
  expect(at(versions, 'versions', 0, 'status')).toBe('rejected');
  expect(sandbox.requests().map(({ fault }) => fault)).toEqual(['429', undefined, undefined]);
});

test('applies rate limits on request', async () => {
  const sandbox = await start({ rateLimit: 1 / 120 });
  await get(sandbox, '/extensions');
  expect(at(await get(sandbox, '/extensions'), 'error', 'code')).toBe('rate_limited');
});

test('refuses an unknown fault and an invalid seed', async () => {
  expect(await problemOf(() => startSandbox({ faults: ['x=500'] }))).toMatchObject({
    code: 'bad_fault',
  });
  expect(
    await problemOf(() => startSandbox({ seed: { extensions: [{ name: '' }] } })),
  ).toMatchObject({ code: 'bad_seed' });
});

test('the types of a seed are those that the sandbox checks', () => {
  type Input = v.InferInput<typeof Seed>;
  expectTypeOf<Input>().toExtend<SandboxSeed>();
  expectTypeOf<keyof Input['extensions'][number]>().toEqualTypeOf<keyof SeedExtension>();
  expectTypeOf<keyof NonNullable<Input['extensions'][number]['versions']>[number]>().toEqualTypeOf<
    keyof NonNullable<SeedExtension['versions']>[number]
  >();
});
