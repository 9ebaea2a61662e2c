import { fuzzSandbox } from './fuzz.ts';

// 1,050 inputs in all.
fuzzSandbox(350);
