/** What the sandbox commands use. */
export { parseFault } from './faults.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';
