import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { startCuttingProxy, type Cut } from '../support/servers/cutting-proxy.ts';
import { fakeClock } from '../support/clock.ts';
import { testClient } from './support.ts';
import { startVersionStore, storeFaults, type StoreFault } from './version-store.ts';
import { temporaryDirectory } from '../support/project.ts';

let bundlePath: string;
const bundleSizeBytes = 300_000;
beforeAll(async () => {
  bundlePath = join(await temporaryDirectory(), 'bundle.tar.gz');
  await writeFile(bundlePath, Buffer.alloc(bundleSizeBytes, 7));
});

const cut = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Cut>({ kind: 'pass' }) },
  fc.constant<Cut>({ kind: 'drop_before' }),
  fc.record({
    kind: fc.constant<'cut_request'>('cut_request'),
    afterBytes: fc.integer({ min: 0, max: 310_000 }),
  }),
  fc.constant<Cut>({ kind: 'lose_response' }),
  fc.record({
    kind: fc.constant<'cut_response'>('cut_response'),
    afterBytes: fc.integer({ min: 0, max: 300 }),
  }),
);
const storeFault = fc.oneof(
  { weight: 4, arbitrary: fc.constant<StoreFault>('none') },
  fc.constantFrom<StoreFault>(...storeFaults),
);
const plan = fc.record({
  cuts: fc.array(cut, { maxLength: 12 }),
  faults: fc.array(storeFault, { maxLength: 12 }),
  lag: fc.integer({ min: 0, max: 3 }),
  maxWaitMs: fc.constantFrom(0, 2000, 60_000),
});

test('creates at most one version and reports what happened', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ cuts, faults, lag, maxWaitMs }) => {
      const store = await startVersionStore({ lag, fault: (count) => faults[count - 1] ?? 'none' });
      const proxy = await startCuttingProxy(
        store.port,
        (_, count) => cuts[count - 1] ?? { kind: 'pass' },
      );
      const client = testClient(proxy.origin, { clock: fakeClock(), maxWaitMs });
      try {
        const outcome = await client
          .submitVersion('ext_1', { version: '1.3.0', bundlePath, bundleSizeBytes, known: [] })
          .then(
            ({ response }) => response.version.version,
            (error: unknown) => error,
          );
        if (outcome instanceof LumioError) {
          expect(store.versions.length).toBeLessThanOrEqual(1);
          if (store.versions.length === 1) expect(outcome.problem.mayHaveTakenEffect).toBe(true);
        } else {
          expect([outcome, store.versions]).toEqual(['1.3.0', ['1.3.0']]);
        }
      } finally {
        await Promise.all([client.close(), proxy.close(), store.close()]);
      }
    }),
    { numRuns: 150 },
  );
});
