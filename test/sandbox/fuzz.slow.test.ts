import { fuzzSandbox } from './fuzz.ts';

// 2,100 inputs in all.
fuzzSandbox(700);
