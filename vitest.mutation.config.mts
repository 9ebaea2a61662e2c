/** Runs only the tests that scripts/mutation.mjs selects. */
import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.mts';

const tests = process.env['LUMIO_MUTATED_TESTS'] ?? '';
const mutated = mergeConfig(config, defineConfig({ test: { reporters: ['dot'] } }));
mutated.test.include = tests.split(',').map((pattern) => `test/${pattern}`);

export default mutated;
