import { fuzzSandbox } from './fuzz.ts';

fuzzSandbox(40);
