/** Runs before each test file. A hook in a shared module would run for one file only. */
import { afterAll } from 'vitest';
import { cleanUpAll } from './clean-up.ts';

afterAll(cleanUpAll);
