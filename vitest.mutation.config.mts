/**
 * The tests that a mutation run asks: those of a room or of some files. scripts/mutation.mjs says
 * which.
 */
import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.mts';

const tests = process.env['LUMIO_MUTATED_TESTS'] ?? '';
const mutated = mergeConfig(config, defineConfig({ test: { reporters: ['dot'] } }));
delete mutated.test.projects;
mutated.test.include = tests.split(',').map((pattern) => `test/${pattern}`);

export default mutated;
