import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, in order: started last, one of them would run alone at the end. */
const longest = [
  'faults/matrix',
  'e2e/docs',
  'conventions/docs',
  'faults/canary',
  'e2e/environment',
  'conventions/architecture',
  'sandbox/fuzz.slow',
  'faults/files',
  'faults/sequences',
];

function rankOf({ moduleId }: TestSpecification): number {
  const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return index === -1 ? longest.length : index;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}

export default defineConfig({
  test: {
    setupFiles: ['test/support/setup.ts'],
    // Machines in CI are shared; no test asserts how long something takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Spawned processes leave a worker idle, so two more pay on two cores.
    maxWorkers: 4,
    maxConcurrency: 10,
    // Importing the sources again for each file would take as long as the tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    env: { NODE_EXTRA_CA_CERTS: '', LUMIO_API_KEY: '', LUMIO_TOKEN: '', LUMIO_EXTENSION: '' },
    include: ['test/**/*.test.ts'],
  },
});
