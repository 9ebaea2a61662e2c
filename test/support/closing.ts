/** Runs in front of each test file: a hook within a shared module would hold for the first file only that reads it. */
import { afterAll } from 'vitest';
import { undoAll } from './afterwards.ts';

afterAll(undoAll);
