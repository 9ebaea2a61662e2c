/** The tests that a mutation run asks: those of one room, which run in this process. scripts/mutation.mjs says which room. */
import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.mts';

const room = process.env['LUMIO_MUTATED_ROOM'] ?? '';
const mutated = mergeConfig(config, defineConfig({ test: { reporters: ['dot'] } }));
mutated.test.include = [`test/${room}/**/*.test.ts`];

export default mutated;
