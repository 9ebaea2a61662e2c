import { fuzzSandbox } from './fuzz.ts';

fuzzSandbox(2000);
